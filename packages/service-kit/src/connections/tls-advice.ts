/** The settings that a failed TLS handshake points at. */
interface TlsSettings {
  /** Names the authorities. */
  ca: string
  /** Names the server's host. */
  names: string
  /** The client's certificate and key. */
  client: string
  /** What to check where the server does not speak TLS. */
  notTls: string
}

const untrusted =
  /SELF_SIGNED_CERT|self-signed certificate|UNABLE_TO_(?:VERIFY|GET_ISSUER)|unable to (?:verify|get)|CERT_SIGNATURE_FAILURE|certificate signature failure|INVALID_CA|INVALID_PURPOSE/i
const expired = /CERT_HAS_EXPIRED|certificate has expired|CERT_NOT_YET_VALID/i
const otherName = /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate/i
const clientRefused =
  /certificate required|CERTIFICATE_REQUIRED|bad certificate|BAD_CERTIFICATE|HANDSHAKE_FAILURE|handshake failure|unknown ca\b|UNKNOWN_CA|valid client certificate/i
const notTls = /WRONG_VERSION_NUMBER|wrong version number|packet length too long|before secure TLS connection/i

/** What a failed TLS handshake means for the settings, by the codes and texts of Node and OpenSSL. */
export function adviceOnTls(text: string, settings: TlsSettings): string | undefined {
  if (untrusted.test(text)) return `check ${settings.ca}: it must have the authority of the server's certificate`
  if (expired.test(text)) return "the server's certificate is not valid today: renew it, and check the clocks"
  if (otherName.test(text)) return `check ${settings.names}: the server's certificate is for other host names`
  if (clientRefused.test(text)) return `check ${settings.client}: the server requires a certificate that it accepts`
  return notTls.test(text) ? `check ${settings.notTls}` : undefined
}
