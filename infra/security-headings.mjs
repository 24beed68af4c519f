/** A heading that a map must have a row for: its id, and its words where they are the source's own. */
const inWordsOf = (headings) => headings.map(([id, words]) => ({ id, words }))
const inOurWords = (...ids) => ids.map((id) => ({ id }))

const owasp = [
  ['API1', 'Broken object level authorization'],
  ['API2', 'Broken authentication'],
  ['API3', 'Broken object property level authorization'],
  ['API4', 'Unrestricted resource consumption'],
  ['API5', 'Broken function level authorization'],
  ['API6', 'Unrestricted access to sensitive business flows'],
  ['API7', 'Server side request forgery'],
  ['API8', 'Security misconfiguration'],
  ['API9', 'Improper inventory management'],
  ['API10', 'Unsafe consumption of APIs'],
]

/** Every heading of section 4 that names an attack or a leak; those beneath («Countermeasures», «Discussion») belong to these. */
const rfc9700 = [
  ['4.1', 'Insufficient redirect URI validation'],
  ['4.1.1', 'Redirect URI validation attacks on authorization code grant'],
  ['4.1.2', 'Redirect URI validation attacks on implicit grant'],
  ['4.2', 'Credential leakage via Referer headers'],
  ['4.2.1', 'Leakage from the OAuth client'],
  ['4.2.2', 'Leakage from the authorization server'],
  ['4.3', 'Credential leakage via browser history'],
  ['4.3.1', 'Authorization code in browser history'],
  ['4.3.2', 'Access token in browser history'],
  ['4.4', 'Mix-up attacks'],
  ['4.5', 'Authorization code injection'],
  ['4.6', 'Access token injection'],
  ['4.7', 'Cross-site request forgery'],
  ['4.8', 'PKCE downgrade attack'],
  ['4.9', 'Access token leakage at the resource server'],
  ['4.9.1', 'Access token phishing by counterfeit resource server'],
  ['4.9.2', 'Compromised resource server'],
  ['4.10', 'Misuse of stolen access tokens'],
  ['4.10.1', 'Sender-constrained access tokens'],
  ['4.10.2', 'Audience-restricted access tokens'],
  ['4.10.3', 'Discussion: preventing leakage via metadata'],
  ['4.11', 'Open redirection'],
  ['4.11.1', 'Client as open redirector'],
  ['4.11.2', 'Authorization server as open redirector'],
  ['4.12', '307 redirect'],
  ['4.13', 'TLS terminating reverse proxies'],
  ['4.14', 'Refresh token protection'],
  ['4.15', 'Client impersonating resource owner'],
  ['4.16', 'Clickjacking'],
  ['4.17', 'Attacks on in-browser communication flows'],
  ['4.17.1.1', 'Insufficient limitation of receiver origins'],
  ['4.17.1.2', 'Insufficient URI validation'],
  ['4.17.1.3', 'Injection after insufficient validation of sender origin'],
]

/** The maps of docs/security-model.md. Where `open` is false, each row is shown by a test or says why it does not apply. */
export const maps = {
  'OWASP API Security Top 10 (2023)': { headings: inWordsOf(owasp), open: false },
  'RFC 9700, section 4': { headings: inWordsOf(rfc9700), open: false },
  'EHDS, article 9': {
    headings: inOurWords(
      ...['9(1)', '9(1) notifications', '9(1) emergencies'],
      ...['9(2)', '9(2) three years', '9(2)(a)', '9(2)(b)', '9(2)(c)', '9(3)'],
    ),
    open: true,
  },
  'Normen: logging': {
    headings: inOurWords(
      ...['15-1', '15-2', '15-3', '15-4', '15-5', '15-6', '15-7', '15-8', '15-9', '15-10', '15-11'],
      ...['55-1', '55-2', '55-3', '55-4'],
    ),
    open: true,
  },
  GDPR: {
    headings: inOurWords(
      ...['5(1)(a)', '5(1)(b)', '5(1)(c)', '5(1)(d)', '5(1)(e)', '5(1)(f)', '5(2)'],
      ...['19', '25(1)', '25(2)'],
      ...['28(1)', '28(2), 28(4)', '28(3)(a)', '28(3)(b)', '28(3)(c)', '28(3)(d)'],
      ...['28(3)(e)', '28(3)(f)', '28(3)(g)', '28(3)(h)'],
      ...['32(1)(a)', '32(1)(b)', '32(1)(c)', '32(1)(d)', '32(2)', '32(4)'],
    ),
    open: true,
  },
}
