import { type Http, HttpError, type HttpRequest, type HttpResponse } from '../../../src/http.js'

/** What a scripted server answers at one URL; an Error is thrown instead. */
export type ScriptedAnswer =
  | HttpError
  | { status?: number; headers?: Record<string, string>; json?: unknown; body?: string | Uint8Array }

/** An Http that answers from a table of URLs, and 404 for the rest, and remembers what it was asked. */
export interface ScriptedHttp {
  http: Http
  requests: HttpRequest[]
}

export function scriptHttp(answers: Record<string, ScriptedAnswer>): ScriptedHttp {
  const requests: HttpRequest[] = []
  const http: Http = async (request) => {
    requests.push(request)
    const answer = answers[request.url.href] ?? { status: 404 }
    if (answer instanceof HttpError) throw answer
    return respond(answer)
  }
  return { http, requests }
}

function respond(answer: Exclude<ScriptedAnswer, HttpError>): HttpResponse {
  const isJson = answer.json !== undefined
  const body = isJson ? JSON.stringify(answer.json) : (answer.body ?? '')
  return {
    status: answer.status ?? 200,
    headers: { ...(isJson && { 'content-type': 'application/json' }), ...answer.headers },
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  }
}
