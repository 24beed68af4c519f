declare module '@lhncbc/ucum-lhc' {
  interface Conversion {
    readonly status: 'succeeded' | 'failed' | 'error'
    readonly toVal: number | null
  }
  interface Validation {
    readonly status: 'valid' | 'invalid' | 'error'
    readonly ucumCode: string | null
  }
  interface Utils {
    convertUnitTo(
      from: string,
      value: number,
      to: string,
      options?: { molecularWeight?: number },
    ): Conversion
    validateUnitString(unit: string): Validation
  }
  const ucum: { readonly UcumLhcUtils: { getInstance(): Utils } }
  export default ucum
}
