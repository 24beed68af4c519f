import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const cliErrors = {
  USAGE: {
    status: 400,
    text: 'The command line is not usable.',
    when: '`kilde`: an option, an argument or a combination of them is wrong; the text says which. Exit code 2.',
  },
  PERSONA_UNKNOWN: {
    status: 400,
    text: 'There is no such persona.',
    when: '`kilde`: `--as` names nobody of the demo; the text lists those that exist. Exit code 2.',
  },
  ORGANIZATION_UNKNOWN: {
    status: 400,
    text: 'There is no such organisation.',
    when: '`kilde`: an organisation is neither a number, a key nor a name that is known here; the text lists those that are.',
  },
  PATIENT_IDENTIFIER_INVALID: {
    status: 400,
    text: 'The patient identifier is not valid.',
    when: '`kilde query`: the text says what is wrong with it and never repeats the number.',
  },
  FILE_UNREADABLE: {
    status: 400,
    text: 'A file cannot be read.',
    when: '`kilde`: the file is not there, or this user may not read it; the text names it.',
  },
  FILE_NOT_JSON: {
    status: 400,
    text: 'A file is not JSON.',
    when: '`kilde`: the text names the file, and line and column of the fault.',
  },
  FILE_NOT_FHIR: {
    status: 400,
    text: 'A file holds nothing that can be loaded.',
    when: '`kilde load`: neither a FHIR Bundle nor an Observation; the text names the file and what it holds.',
  },
  DOCUMENT_MALFORMED: {
    status: 400,
    text: 'The GraphQL document cannot be parsed.',
    when: '`kilde query`: a syntax error; the text names file, line and column.',
  },
  SERVICE_UNREACHABLE: {
    status: 502,
    text: 'A service of the demo does not answer.',
    when: '`kilde`: no connection, or no answer in time; the text names the service.',
  },
  ANSWER_UNUSABLE: {
    status: 502,
    text: 'A service gave an answer that cannot be understood.',
    when: '`kilde`: the answer is not JSON, or not of the form that was agreed; the text names the service.',
  },
  SIGN_IN_FAILED: {
    status: 502,
    text: 'The sign-in did not succeed.',
    when: '`kilde query`: the identity service did not sign the persona in; the text says at which step.',
  },
  PRIVACY_REFUSED: {
    status: 502,
    text: 'The privacy service refused.',
    when: '`kilde block`: age rules, representation or the form of the statement; the text is the service’s own.',
  },
  LOAD_REFUSED: {
    status: 502,
    text: 'The organisation takes nothing from this client.',
    when: '`kilde load`: the node refused a whole request, e.g. for its token; the text is the node’s own.',
  },
  FILE_NOT_WRITTEN: {
    status: 400,
    text: 'A file cannot be written.',
    when: '`kilde policy`, `kilde generate`: the folder is not there, holds something already, this user may not write to it, or a key that must not be lost is there already.',
  },
  KEY_FILE_MALFORMED: {
    status: 400,
    text: 'A file with keys is not of its form.',
    when: '`kilde registry`, `kilde policy`: no P-256 key (JWK or JWKS), a public key where a private one is needed, or a private one where only public ones belong; the text says which, never a key.',
  },
  POLICY_MALFORMED: {
    status: 400,
    text: 'This is no policy bundle.',
    when: '`kilde policy sign`: neither a folder of `common.cedar`, `professional.cedar`, `citizen.cedar` and `tables.json` nor a JSON file of `policies` and `tables`; the text names the fields that are wrong.',
  },
  POLICY_REFUSED: {
    status: 400,
    text: 'No node would decide by this bundle.',
    when: '`kilde policy`: another key, past its time, older than what is held, or rules that do not fit their schema; the text says which.',
  },
  CONFORMANCE_CONFIG: {
    status: 400,
    text: 'What the tester must know of the node is not known.',
    when: '`kilde conformance`: the file of `--config` is not of its form (the text names every problem, never a value), or the running demo knows no such node.',
  },
  STORE_KEYS_MALFORMED: {
    status: 400,
    text: 'The file with the keys of stores is not of its form.',
    when: '`kilde store`: the text names the fields that are wrong, never a key.',
  },
  SHADOW_SOURCES_MALFORMED: {
    status: 400,
    text: 'The file with the sources to compare is not of its form.',
    when: '`kilde shadow`: the text names every field and setting that is wrong, never a value.',
  },
  BACKUP_NOT_WRITTEN: {
    status: 500,
    text: 'The backup was not written.',
    when: '`kilde store backup`: the disk is full, the folder cannot be written to, or an unfinished backup lies there.',
  },
  AUDIT_KEYS_MALFORMED: {
    status: 400,
    text: 'The file with the keys of the access logs is not of its form.',
    when: '`kilde audit`: the text names the fields that are wrong, never a key.',
  },
  AUDIT_LOG_UNKNOWN: {
    status: 404,
    text: 'There is no such access log.',
    when: '`kilde audit`: the file with the keys names no log of that service and owner, or nothing was written to it yet.',
  },
} as const satisfies ErrorTable

export type CliErrorCode = keyof typeof cliErrors

export class CliError extends KildeError<CliErrorCode> {
  constructor(code: CliErrorCode, options?: ErrorOptions) {
    super(cliErrors, code, options)
  }
}
