import type { OrganizationEntry } from '@kilde/catalogue'
import { claims, privateJwk } from '@kilde/trust'
import { type DemoFile, readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { readJson } from '../files.js'
import { findPersona } from '../personas.js'
import { signIn } from '../query/sign-in.js'
import { withRegistry } from '../registry/with-registry.js'
import type { Surroundings } from '../surroundings.js'
import { readParts } from './jws.js'
import type { Claims, Setting } from './setting.js'

/** Health personnel whom every organisation of the demo lets in: each has an agreement with all others. */
const PERMITTED = 'hospital-doctor'

/**
 * What the tester must know of a node beside the running demo: one of the demo’s own, or one that was registered with it.
 * @throws DemoError `DEMO_NOT_RUNNING`; CliError `CONFORMANCE_CONFIG` where the demo cannot tell
 */
export async function settingFromDemo(
  baseUrl: string,
  portBase: string | undefined,
  surroundings: Surroundings,
): Promise<Setting> {
  const demo = await readDemo(portBase, surroundings)
  const { state } = await withRegistry(portBase, surroundings, ({ admin }) => admin.overview())
  const entry = state.organizations.find(({ endpoint }) => endpoint === baseUrl)
  if (!entry) throw unknown(`no organisation of the demo’s registry has the address ${baseUrl}`)
  return settingOf(entry, demo, surroundings)
}

/** The same of an organisation that was just registered, whose rows `demo` tells of. */
export async function settingOf(
  entry: OrganizationEntry,
  demo: DemoFile,
  surroundings: Surroundings,
): Promise<Setting> {
  if (demo.issuerKeyFile === undefined)
    throw unknown('the demo is of an older version: start it again')
  const { number: organization, pageKeys = [], requestSignature = 'GATEWAY' } = entry
  return {
    baseUrl: entry.endpoint ?? '',
    organization,
    issuer: {
      url: demo.identity,
      signingKey: privateJwk.parse(await readJson(demo.issuerKeyFile, '/')),
    },
    gatewayClient: 'kilde-gateway',
    gatewayAudience: 'kilde:gateway',
    ...(await peopleOf(organization, demo, surroundings)),
    pageKeys,
    disclosure: 'visible',
    requestSignature,
    registers: true,
  }
}

/** Patients and personas that fit the organisation: who holds rows of whom stands in the demo’s file. */
async function peopleOf(
  organization: string,
  demo: DemoFile,
  surroundings: Surroundings,
): Promise<Pick<Setting, 'requesters' | 'patients'>> {
  const rows = (patient: DemoFile['patients'][number]): number => patient.rows[organization] ?? 0
  const [known] = demo.patients.toSorted((a, b) => rows(b) - rows(a))
  const nobody = demo.patients.find((patient) => patient.organizations.length === 0)
  if (!known || rows(known) === 0 || !nobody) {
    throw unknown(
      'the demo holds no patient with rows at this organisation: load some, or give --config',
    )
  }
  const claimsOf = async (key: string): Promise<Claims> => {
    const { token } = await signIn(findPersona(key), demo, surroundings)
    return readParts(token.value).payload
  }
  const [permitted, citizen, youth] = await Promise.all(
    [PERMITTED, 'patient', 'youth'].map(claimsOf),
  )
  const isPatient = citizen?.[claims.pid] === known.identifier
  return {
    requesters: { permitted: permitted ?? {}, ...(isPatient && { citizen }), youth },
    patients: { known: known.identifier, unknown: nobody.identifier },
  }
}

const unknown = (text: string): CliError => new CliError('CONFORMANCE_CONFIG', { text: `${text}.` })
