import { setTimeout as pause } from 'node:timers/promises'
import type { HealthReport, PartState } from '@kilde/service'

export const HEALTH_TOKEN = 'a-token-for-operators-of-a-test-0123456789'

/** What the health page of a service tells. */
export async function healthOf(url: string): Promise<HealthReport> {
  const headers = { authorization: `Bearer ${HEALTH_TOKEN}` }
  return (await (await fetch(`${url}/health/parts`, { headers })).json()) as HealthReport
}

/** The page, as soon as all is well: a machine that is busy with other things may make a part late. */
export async function wellAt(url: string): Promise<HealthReport> {
  for (;;) {
    const report = await healthOf(url)
    if (report.status === 'OK') return report
    await pause(50)
  }
}

/** The part, as soon as it is in that state; the test's own time limit ends the wait. */
export async function partBecomes(
  url: string,
  name: string,
  state: PartState['state'],
): Promise<PartState> {
  for (;;) {
    const part = (await healthOf(url)).parts.find((one) => one.name === name)
    if (part?.state === state) return part
    await pause(50)
  }
}

export const readiness = async (url: string): Promise<number> =>
  (await fetch(`${url}/health/ready`)).status
