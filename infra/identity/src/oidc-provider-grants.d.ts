// The provider's own checks for grants, which its types leave out. Pinned with the library's exact version.
declare module 'oidc-provider/lib/helpers/grants.js' {
  import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

  export interface DpopBinding {
    readonly thumbprint: string
    readonly jti: string
    readonly iat: number
  }
  /** Checks the request's DPoP proof, its nonce included; undefined where there is none. */
  export function validateDpop(
    provider: Provider,
    ctx: KoaContextWithOIDC,
  ): Promise<DpopBinding | undefined>
  export function checkDpopReplay(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    binding: DpopBinding,
    clientId: string,
  ): Promise<void>
}
