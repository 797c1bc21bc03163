import { Problem } from '@alipay-checkout/service-kit'
import * as oidc from 'openid-client'
import { rolesOf } from '../auth/permissions.ts'
import { rolesAt, subjectOf } from '../auth/tokens.ts'
import type { Staff } from './sessions.ts'
import type { OidcSettings } from './settings.ts'
import type { StartedSignIn } from './started-sign-ins.ts'

/** A request to the provider that takes longer fails, seconds. */
const providerTimeoutSeconds = 5
const nameLengthMax = 128

/** Why a sign-in did not succeed. */
export class SignInFailure extends Error {
  override name = 'SignInFailure'
  readonly kind: 'provider-unavailable' | 'sign-in-refused' | 'sign-in-denied'

  constructor(kind: SignInFailure['kind'], cause: unknown) {
    super(reasonOf(cause), { cause })
    this.kind = kind
  }
}

/** The OpenID Connect provider. Its metadata and keys are read at each sign-in: they may change at any time. */
export interface IdentityProvider {
  /** Where to send the browser, and what to keep until it comes back. Throws SignInFailure. */
  begin(returnTo: string, options: { again: boolean }): Promise<{ url: URL; state: string; signIn: StartedSignIn }>
  /** Who has signed in, from the address that the provider sent the browser to. Throws SignInFailure. */
  finish(callback: URL, state: string, signIn: StartedSignIn): Promise<Staff>
}

export function createIdentityProvider(settings: OidcSettings, redirectUri: string): IdentityProvider {
  const { scope, roleClaim } = settings
  return {
    async begin(returnTo, { again }) {
      const provider = await discover(settings)
      const [state, nonce, codeVerifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
      const url = oidc.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        // Otherwise the provider signs the same account in at once.
        ...(again ? { prompt: 'login' } : {}),
      })
      return { url, state, signIn: { nonce, codeVerifier, returnTo } }
    },
    async finish(callback, state, { nonce, codeVerifier }) {
      const provider = await discover(settings)
      try {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier }
        const tokens = await oidc.authorizationCodeGrant(provider, callback, { ...checks, idTokenExpected: true })
        const claims = tokens.claims() as oidc.IDToken
        const held = rolesAt(claims, roleClaim)
        if (held.length > 0 || provider.serverMetadata().userinfo_endpoint === undefined) return staffOf(claims, held)
        const userinfo = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)
        return staffOf({ ...claims, ...userinfo }, rolesAt(userinfo, roleClaim))
      } catch (error) {
        if (error instanceof oidc.AuthorizationResponseError) throw new SignInFailure('sign-in-denied', error)
        throw new SignInFailure(isUnavailable(error) ? 'provider-unavailable' : 'sign-in-refused', error)
      }
    },
  }
}

/** Reads the provider's metadata. Each call has its own cache of keys, so that a rotated key is known at once. */
async function discover({ issuer, clientId, clientSecret, allowHttp }: OidcSettings): Promise<oidc.Configuration> {
  try {
    const found = await oidc.discovery(issuer, clientId, undefined, oidc.None(), {
      timeout: providerTimeoutSeconds,
      execute: allowHttp ? [oidc.allowInsecureRequests] : [],
    })
    const server = found.serverMetadata()
    const provider = new oidc.Configuration(server, clientId, undefined, authenticationAt(server, clientSecret))
    provider.timeout = providerTimeoutSeconds
    if (allowHttp) oidc.allowInsecureRequests(provider)
    // The signature of ID tokens is verified as well, and not only the connection that they come through.
    oidc.enableNonRepudiationChecks(provider)
    return provider
  } catch (error) {
    throw new SignInFailure('provider-unavailable', error)
  }
}

/** `client_secret_basic` is what providers support unless they say otherwise (OpenID Connect Discovery, section 3). */
function authenticationAt(server: oidc.ServerMetadata, secret: string | undefined): oidc.ClientAuth {
  if (secret === undefined) return oidc.None()
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = server
  return methods.includes('client_secret_basic') ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret)
}

function staffOf(claims: Record<string, unknown>, held: readonly string[]): Staff {
  const id = subjectOf(claims)
  const name = [claims.name, claims.preferred_username, claims.email].find(
    text => typeof text === 'string' && text.trim() !== '',
  )
  return { id, name: String(name ?? id).slice(0, nameLengthMax), roles: [...rolesOf(new Set(held))] }
}

/** Whether the provider could not be reached, or failed itself. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof Problem) return false
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError' || (cause instanceof TypeError && cause.message === 'fetch failed')) return true
  }
  const { status, cause } = (error ?? {}) as { status?: number; cause?: unknown }
  return (status ?? (cause instanceof Response ? cause.status : 0)) >= 500
}

/** For the log: the provider's error code says more than the message of the library. */
function reasonOf(error: unknown): string {
  const { message, code, error: answered, cause } = error as Error & { code?: string; error?: string }
  return [message, code, answered, cause instanceof Error ? cause.message : undefined].filter(Boolean).join(': ')
}
