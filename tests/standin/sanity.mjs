// Sanity's query API as far as sheriff uses it, on Sanity's own GROQ evaluator (groq-js). For tests, never for callers.
//
//   node sanity.mjs [--port 0] [--control-port 0] [--host 127.0.0.1] [--project demo] [--dataset production]
//                   [--token TOKEN] [--data FILE.ndjson] [--narrow FIELD] [--follow-stdin]
//
// It prints one line of JSON {"port", "controlPort"} when it listens. The control port has its own listener, so that
// faults can be taken back while the API refuses connections. What groq-js alone does not do and Sanity does is here:
// parameters that are used but not sent, perspectives by API version, refusals in Sanity's own words, limits.
// --narrow FIELD evaluates a query only over documents whose FIELD has the letters and digits of a parameter: that is
// the index that Content Lake has and groq-js lacks, right for look-ups by FIELD and for nothing else.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { evaluateSync, GroqSyntaxError, parse, toJS } from 'groq-js'
import { Faults } from './faults.mjs'

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    project: { type: 'string', default: 'demo' },
    dataset: { type: 'string', default: 'production' },
    token: { type: 'string', default: 'standin-token' },
    data: { type: 'string' },
    narrow: { type: 'string' },
    'follow-stdin': { type: 'boolean', default: false },
  },
})

const documents = new Map()
const faults = new Faults()
const MOST_REMEMBERED = 10_000
const MOST_GET_CHARACTERS = 11_264 + 2_048 // Sanity names 11 kB; a margin for the path, so that only gross excess fails
let requests = []
let requestCount = 0
let connectionCount = 0
let sorted = null // all documents by _id
let byField = null // --narrow: letters and digits of FIELD -> documents

class Refusal extends Error {
  constructor(status, body, headers = {}) {
    super(`refused with ${status}`)
    Object.assign(this, { status, body, headers })
  }
}

const bare = (value) =>
  String(value)
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

function put(document) {
  if (typeof document?._id !== 'string' || typeof document?._type !== 'string') throw new Error('_id and _type are needed')
  documents.set(document._id, document)
  changed()
}

function changed() {
  byField = null
  sorted = null
}

// Without order() Content Lake answers in the order of _id.
const everything = () => (sorted ??= [...documents.values()].sort((a, b) => (a._id < b._id ? -1 : 1)))

// ---------------------------------------------------------------------------------------------- what Sanity refuses

const unauthorized = (message, errorCode) =>
  new Refusal(401, { statusCode: 401, error: 'Unauthorized', message, ...(errorCode && { errorCode }) })

function authorize(headers) {
  const project = headers['x-sanity-project-id']
  if (project === undefined) throw new Refusal(404, { statusCode: 404, error: 'Not Found', message: 'Project not found' })
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (token === 'expired-token') throw unauthorized('Session is expired, please re-authenticate', 'SIO-401-AEX')
  if (token !== options.token) throw unauthorized('Session not found', 'SIO-401-ANF')
  if (project !== options.project) throw unauthorized('Session does not match project host', 'SIO-401-AWH')
}

function parseError(description, query, start = 0, end = query.length) {
  return new Refusal(400, { error: { description, start, end, query, type: 'queryParseError' } })
}

// groq-js answers as if a parameter that was not sent were null; Content Lake refuses the query.
function requireParams(query, params) {
  const pieces = query.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|\$([A-Za-z_][A-Za-z0-9_]*)/g)
  for (const piece of pieces) {
    const name = piece[1]
    if (name !== undefined && !Object.hasOwn(params, name)) {
      throw parseError(`param $${name} referenced, but not provided`, query, piece.index, piece.index + name.length)
    }
  }
}

const isDraft = (id) => id.startsWith('drafts.')
const isVersion = (id) => id.startsWith('versions.')

// Before 2025-02-19 the default is `raw`, which tells drafts to callers; documents in releases are never told there.
function visible(version, perspective) {
  const modern = version === 'X' || version >= '2025-02-19'
  const seen = perspective ?? (modern ? 'published' : 'raw')
  const every = narrowed()
  if (seen === 'published') return every.filter((d) => !isDraft(d._id) && !isVersion(d._id))
  if (seen === 'raw') return modern ? every : every.filter((d) => !isVersion(d._id))
  if (seen === 'drafts' || seen === 'previewDrafts') {
    const overlaid = new Map()
    for (const d of every) if (!isDraft(d._id) && !isVersion(d._id)) overlaid.set(d._id, d)
    for (const d of every) {
      if (isDraft(d._id)) overlaid.set(d._id.slice(7), { ...d, _id: d._id.slice(7), _originalId: d._id })
    }
    return [...overlaid.values()]
  }
  throw new Refusal(400, { statusCode: 400, error: 'Bad Request', message: `Invalid perspective "${seen}"` })
}

let narrowingParams = {}
function narrowed() {
  if (!options.narrow || Object.keys(narrowingParams).length === 0) return everything()
  if (byField === null) {
    byField = new Map()
    for (const d of everything()) {
      const key = bare(d[options.narrow] ?? '')
      if (!byField.has(key)) byField.set(key, [])
      byField.get(key).push(d)
    }
  }
  const keys = new Set(Object.values(narrowingParams).flat().map(bare))
  return [...keys].flatMap((key) => byField.get(key) ?? [])
}

// -------------------------------------------------------------------------------------------------- what is answered

function answerQuery(version, url, posted) {
  const params = {}
  let query = url.searchParams.get('query')
  for (const [key, value] of url.searchParams) {
    if (!key.startsWith('$')) continue
    try {
      params[key.slice(1)] = JSON.parse(value)
    } catch {
      throw parseError(`unable to parse value of param ${key} as JSON`, query ?? '')
    }
  }
  if (posted !== undefined) {
    query = posted.query
    Object.assign(params, posted.params ?? {})
  }
  if (typeof query !== 'string' || query === '') throw new Refusal(400, { statusCode: 400, error: 'Bad Request', message: 'query is required' })
  requireParams(query, params)
  const started = performance.now()
  let value
  try {
    narrowingParams = params
    value = evaluateSync(parse(query, { params }), { dataset: visible(version, url.searchParams.get('perspective')), params })
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof GroqSyntaxError || error instanceof Error) throw parseError(error.message, query)
    throw error
  }
  const answer = { result: toJS(value) ?? null, ms: Math.round(performance.now() - started), syncTags: ['s1:standin'] }
  return url.searchParams.get('returnQuery') === 'false' ? answer : { query, ...answer }
}

function route(request, url, body) {
  const match = /^\/v(1|X|\d{4}-\d{2}-\d{2})\/data\/query\/([^/]+)$/.exec(url.pathname)
  if (!match) throw new Refusal(404, { statusCode: 404, error: 'Not Found', message: 'Not Found' })
  authorize(request.headers)
  const dataset = decodeURIComponent(match[2])
  if (dataset !== options.dataset) {
    const message = `Dataset "${dataset}" not found for project ID "${options.project}"`
    throw new Refusal(404, { statusCode: 404, error: 'Dataset not found', message })
  }
  if (request.method === 'GET') {
    if (url.search.length > MOST_GET_CHARACTERS) throw new Refusal(414, { statusCode: 414, error: 'Request-URI Too Large', message: 'Request-URI Too Large' })
    return answerQuery(match[1], url)
  }
  if (request.method !== 'POST') throw new Refusal(405, { statusCode: 405, error: 'Method Not Allowed', message: 'Method Not Allowed' })
  let posted
  try {
    posted = JSON.parse(body)
  } catch {
    throw new Refusal(400, { statusCode: 400, error: 'Bad Request', message: 'Invalid JSON' })
  }
  return answerQuery(match[1], url, posted)
}

function send(request, response, status, body, headers = {}) {
  const json = typeof body !== 'string'
  const content = Buffer.from(json ? JSON.stringify(body) : body)
  const zip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  response.writeHead(status, {
    'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=UTF-8',
    'ratelimit-limit': '500',
    'ratelimit-remaining': '499',
    'ratelimit-reset': '1',
    'x-sanity-shard': 'standin',
    vary: 'Accept-Encoding, origin',
    via: '1.1 google',
    ...(zip && { 'content-encoding': 'gzip' }),
    ...headers,
  })
  response.end(zip ? gzipSync(content, { level: 1 }) : content)
}

const bodyOf = async (request) => {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function serve(request, response) {
  const url = new URL(request.url, 'http://standin')
  requestCount += 1
  const seen = { method: request.method, path: url.pathname, search: url.search, headers: request.headers, body: '', atMs: performance.now() }
  if (requests.length < MOST_REMEMBERED) requests.push(seen)
  const body = request.method === 'POST' ? await bodyOf(request) : ''
  seen.body = body.slice(0, 65_536)
  const fault = faults.next()
  const waitMs = faults.latencyMs() + (fault?.delayMs ?? 0)
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
  if (response.destroyed) return
  if (fault !== undefined && (await fault.act(request, response, send))) return
  try {
    send(request, response, 200, route(request, url, body))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    send(request, response, error.status, error.body, error.headers)
  }
}

// ------------------------------------------------------------------------------------------------------ the controls

const api = createServer((request, response) => {
  serve(request, response).catch((error) => {
    process.stderr.write(`standin: ${error.stack}\n`)
    response.destroy()
  })
})
api.keepAliveTimeout = 60_000
api.on('connection', () => (connectionCount += 1))
api.on('clientError', (_, socket) => socket.destroy())

const listen = (server, port) =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, options.host, () => resolve(server.address().port))
  })

let apiPort = 0
async function refuse() {
  await new Promise((resolve) => {
    if (!api.listening) return resolve()
    api.close(resolve)
    api.closeAllConnections()
  })
}

const controls = {
  'POST /documents': (body) => body.forEach(put),
  'PUT /documents': (body) => {
    documents.clear()
    changed()
    body.forEach(put)
  },
  'POST /delete': (body) => {
    body.forEach((id) => documents.delete(id))
    changed()
  },
  'POST /fault': async (body) => {
    faults.set(body)
    if (body.kind === 'refused') await refuse()
    else if (!api.listening) await listen(api, apiPort)
  },
  'POST /latency': (body) => faults.setLatency(body),
  'POST /heal': async () => {
    faults.clear()
    if (!api.listening) await listen(api, apiPort)
  },
  'GET /requests': () => ({ count: requestCount, requests }),
  'GET /count': () => ({ count: requestCount, connections: connectionCount }),
  'POST /forget': () => {
    requests = []
    requestCount = 0
    connectionCount = 0
  },
}

const control = createServer(async (request, response) => {
  const act = controls[`${request.method} ${request.url}`]
  let status = act === undefined ? 404 : 200
  let answer = {}
  try {
    const body = await bodyOf(request)
    answer = (await act?.(body === '' ? undefined : JSON.parse(body))) ?? {}
  } catch (error) {
    status = 400
    answer = { error: error.message }
  }
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer))
})

if (options.data !== undefined) {
  for (const line of readFileSync(options.data, 'utf8').split('\n')) if (line.trim() !== '') put(JSON.parse(line))
}
apiPort = await listen(api, Number(options.port))
const controlPort = await listen(control, Number(options['control-port']))
process.stdout.write(`${JSON.stringify({ port: apiPort, controlPort })}\n`)
if (options['follow-stdin']) process.stdin.resume().once('end', () => process.exit(0)) // ends with whoever started it
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0))
