import { type ErrorOptions, type ErrorTable, KildeError } from '@kilde/service'

export const demoErrors = {
  PORT_IN_USE: {
    status: 500,
    text: 'A port of the demo is in use.',
    when: 'At `npm start`: the message names the port. Stop what uses it, or set KILDE_PORT_BASE.',
  },
  SERVICE_NOT_STARTED: {
    status: 500,
    text: 'A service of the demo did not start.',
    when: 'At `npm start`: the message names the service and its last words; its whole log is in the folder of the demo.',
  },
  LOAD_FAILED: {
    status: 500,
    text: 'An organisation did not take the data of the demo.',
    when: 'At `npm start`: the message names the organisation and its reason.',
  },
  DEMO_NOT_RUNNING: {
    status: 500,
    text: 'No demo is running here. Start it with `npm start`.',
    when: 'A command of `kilde` needs the demo, and none runs at this KILDE_PORT_BASE.',
  },
} as const satisfies ErrorTable

export class DemoError extends KildeError<keyof typeof demoErrors> {
  constructor(code: keyof typeof demoErrors, options?: ErrorOptions) {
    super(demoErrors, code, options)
  }
}
