import type { HttpApp } from './http-app.ts'
import { Problem } from './problem.ts'

/**
 * Reads bodies as JSON and refuses every other kind, on all routes that bring no parser of their own. A request without
 * a body has none, whatever content type its client announces: `curl -d ''`, Python and others send a type of their own
 * with every POST. Handlers then get `undefined`.
 */
export function readJsonOnly(app: HttpApp): void {
  app.addHook('onRequest', async ({ raw: { headers } }) => {
    const isChunked = headers['transfer-encoding'] !== undefined
    const hasLength = Number(headers['content-length'] ?? 0) !== 0
    // What is announced for chunks of another kind is left to the parser of "*", which sees whether there are any.
    const announcesJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
    if (isChunked ? !announcesJson : !hasLength) delete headers['content-type']
  })
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body as string, done)
  })
  app.addContentTypeParser('*', (request, payload, done) => {
    // An address that does not exist is answered 404, whatever is sent to it.
    if (request.is404) return done(null, undefined)
    payload
      .once('data', () => {
        payload.removeAllListeners('end').pause()
        done(new Problem('unsupported-media-type', 'Send the body as application/json.'))
      })
      .once('end', () => done(null, undefined))
      .once('error', done)
  })
}
