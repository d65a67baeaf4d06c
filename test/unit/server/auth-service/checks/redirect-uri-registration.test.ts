import { describe, expect, it } from 'vitest'
import { whyNotRegistrable } from '../../../../../server/auth-service/checks/redirect-uri-registration.js'

const NATIVE = [
  'http://127.0.0.1/callback',
  'http://127.0.0.1:8080/callback?a=b',
  'http://127.0.0.1',
  'http://[::1]/callback',
  'http://localhost:8080/callback',
  'org.example.app:/callback',
  'org.example.app://callback',
  'https://app.example.org/callback',
]
const WEB = ['https://app.example.org/callback?a=b', 'http://127.0.0.1:3000/callback']
const NEVER = [
  'http://app.example.org/callback',
  'http://127.0.0.1.evil.example/callback',
  'http://127.1/callback',
  'http://127.0.0.2/callback',
  'http://localhost/callback',
  'http://localhost.evil.example:80/callback',
  'http://127.0.0.1:0/callback',
  'http://user@127.0.0.1/callback',
  'https://user:secret@app.example.org/',
  'https://app.example.org/callback#fragment',
  'https://app.example.org/#',
  'https://*.example.org/callback',
  'https://app.example.org/call back',
  'https://app.example.org\\callback',
  'https://app.example.org/é',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,hello',
  'file:///etc/passwd',
  'blob:https://app.example.org/1',
  'vbscript:x',
  'view-source:https://app.example.org/',
  'app:/callback',
  'about:blank',
  '/callback',
  '//app.example.org/callback',
  'callback',
  '',
]

describe('a redirect URI', () => {
  it.each(NATIVE)('can be registered for a native client: %s (3)', (uri) => {
    expect(whyNotRegistrable(uri, 'native')).toBeUndefined()
  })

  it.each(WEB)('can be registered for a web client: %s (3)', (uri) => {
    expect(whyNotRegistrable(uri, 'web')).toBeUndefined()
  })

  it.each(NEVER)('can never be registered as %s (3, 4, V8)', (uri) => {
    expect(whyNotRegistrable(uri, 'native')).toEqual(expect.any(String))
    expect(whyNotRegistrable(uri, 'web')).toEqual(expect.any(String))
  })

  it.each(['http://localhost:8080/callback', 'org.example.app:/callback'])(
    'is for native clients only: %s (3)',
    (uri) => {
      expect(whyNotRegistrable(uri, 'web')).toEqual(expect.any(String))
    },
  )
})
