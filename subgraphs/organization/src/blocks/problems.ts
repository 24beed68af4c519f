interface PrivacySettings {
  readonly KILDE_PRIVACY_URL?: string | undefined
  readonly KILDE_PRIVACY_KEYS?: object | undefined
  readonly KILDE_PRIVACY_NODE_KEYS?: Readonly<Record<string, unknown>> | undefined
  readonly NODE_ENV: string
}

/**
 * Half a connection to the privacy service would be none, and none means that nobody's objection is heeded.
 * @param organizations numbers of this node's organisations
 */
export function privacyProblems(
  config: PrivacySettings,
  organizations: readonly string[],
): readonly string[] {
  const { KILDE_PRIVACY_URL: url, KILDE_PRIVACY_KEYS: keys } = config
  const { KILDE_PRIVACY_NODE_KEYS: nodeKeys } = config
  const production = config.NODE_ENV === 'production'
  if (production && !url?.startsWith('https:')) {
    return ['KILDE_PRIVACY_URL: must be set, and https, in production']
  }
  if (!url && !keys && !nodeKeys) return []
  return [
    ...(url ? [] : ['KILDE_PRIVACY_URL: must be set with the keys of the privacy service']),
    ...(keys ? [] : ['KILDE_PRIVACY_KEYS: must be set with KILDE_PRIVACY_URL']),
    ...organizations
      .filter((number) => !nodeKeys?.[number])
      .map((number) => `KILDE_PRIVACY_NODE_KEYS: holds no key of ${number}`),
  ]
}
