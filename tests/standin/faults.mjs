// Faults on demand: how the stand-in misbehaves, for how many requests, and with what latency.
//
// A fault is {"kind", "times"?, "skip"?, "share"?, "seed"?, "delayMs"?, …}: it strikes each request, or `times` of them after
// `skip`, or a random `share` (0..1, repeatable by `seed`), each after `delayMs`. Kinds:
//   latency                       nothing but the delay
//   status {status, retryAfter?, body?}   in Sanity's own form, or with `body` (object: JSON, text: HTML)
//   html {status?}                a front end's error page (502)
//   hang                          headers never come
//   hang_body                     headers and half of the body come, then nothing
//   reset                         the connection is reset before an answer
//   truncated                     the body is shorter than content-length says
//   malformed                     200 with cut-off JSON
//   empty_object, null_result, wrong_result, wrong_document   200 in forms that are no answer
//   huge                          200 with 4 MB
//   redirect {location}           302
//   mixed                         any of status 503, 500, reset, truncated, malformed
//   refused                       (handled by the server) nothing listens

const STATUS_BODIES = {
  400: { error: { description: 'expected \']\' following array body', start: 3, end: 4, query: '*[', type: 'queryParseError' } },
  401: { error: 'Unauthorized', statusCode: 401, message: 'Session not found', errorCode: 'SIO-401-ANF' },
  403: { statusCode: 403, error: 'Forbidden', message: 'Insufficient permissions; permission "read" required' },
  404: { statusCode: 404, error: 'Dataset not found', message: 'Dataset "production" not found for project ID "demo"' },
  429: { message: 'API rate limit exceeded' },
}

const HTML = '<html><head><title>502 Server Error</title></head><body><h1>Error: Server Error</h1></body></html>'

function randomBy(seed) {
  let state = seed >>> 0 // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function raw(response, text, { contentLength = Buffer.byteLength(text) } = {}) {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': contentLength })
  response.write(text)
}

const acts = {
  latency: () => false,
  status: ({ status, retryAfter, body }, request, response, send) => {
    const own = STATUS_BODIES[status] ?? { error: { type: 'serverError', statusCode: status, message: `simulated ${status}` } }
    const limits = status === 429 ? { 'x-ratelimit-remaining-second': '0', 'ratelimit-remaining': '0' } : {}
    send(request, response, status, body ?? own, { ...limits, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) })
  },
  html: ({ status = 502 }, request, response, send) => send(request, response, status, HTML),
  hang: () => {},
  hang_body: (_, request, response) => raw(response, '{"result":[', { contentLength: 500 }),
  reset: (_, request) => request.socket.resetAndDestroy(),
  truncated: (_, request, response) => {
    raw(response, '{"result":[{"_id":"d', { contentLength: 500 })
    setImmediate(() => request.socket.end())
  },
  malformed: (_, request, response, send) => {
    raw(response, '{"ms":3,"result":[{"_id":"delivery-1","status":"deli')
    response.end()
  },
  empty_object: (_, request, response, send) => send(request, response, 200, {}),
  null_result: (_, request, response, send) => send(request, response, 200, { result: null, ms: 1 }),
  wrong_result: (_, request, response, send) => send(request, response, 200, { result: { status: 'delivered' }, ms: 1 }),
  wrong_document: ({ document }, request, response, send) => send(request, response, 200, { result: [document ?? 'delivered'], ms: 1 }),
  huge: (_, request, response, send) => send(request, response, 200, { result: [{ _id: 'x'.repeat(4_000_000) }], ms: 1 }),
  redirect: ({ location }, request, response, send) => send(request, response, 302, {}, { location }),
}

const MIXED = [{ kind: 'status', status: 503 }, { kind: 'status', status: 500 }, { kind: 'reset' }, { kind: 'truncated' }, { kind: 'malformed' }]

export class Faults {
  #fault = null
  #latency = null

  set(fault) {
    if (fault.kind !== 'refused' && fault.kind !== 'mixed' && !Object.hasOwn(acts, fault.kind)) throw new Error(`no fault ${fault.kind}`)
    this.#fault = { ...fault, times: fault.times ?? Infinity, skip: fault.skip ?? 0, random: randomBy(fault.seed ?? 1) }
  }

  // {"ms"} for all, or a log-normal distribution by {"medianMs", "p99Ms"?, "seed"?}; {} for none.
  setLatency(latency) {
    this.#latency = { ...latency, random: randomBy(latency.seed ?? 1) }
  }

  clear() {
    this.#fault = null
    this.#latency = null
  }

  // The fault that strikes the request at hand, with `act`, which is false when the request is to be answered after all.
  next() {
    const fault = this.#fault
    if (fault === null || fault.times <= 0) return undefined
    if (fault.skip > 0) {
      fault.skip -= 1
      return undefined
    }
    if (fault.share !== undefined && fault.random() >= fault.share) return undefined
    fault.times -= 1
    const struck = fault.kind === 'mixed' ? MIXED[Math.floor(fault.random() * MIXED.length)] : fault
    return {
      delayMs: fault.delayMs ?? 0,
      act: async (request, response, send) => acts[struck.kind](struck, request, response, send) !== false,
    }
  }

  latencyMs() {
    const latency = this.#latency
    if (latency?.ms !== undefined) return latency.ms
    if (latency?.medianMs === undefined) return 0
    const spread = Math.log((latency.p99Ms ?? latency.medianMs * 4) / latency.medianMs) / 2.326 // z of 99 %
    const normal = Math.sqrt(-2 * Math.log(1 - latency.random())) * Math.cos(2 * Math.PI * latency.random())
    return latency.medianMs * Math.exp(spread * normal)
  }
}
