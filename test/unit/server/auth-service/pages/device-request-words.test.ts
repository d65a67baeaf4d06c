import { describe, expect, it } from 'vitest'
import {
  placeOfRequest,
  timeOfRequest,
} from '../../../../../server/auth-service/pages/device-request-words.js'

const REQUEST = {
  userCode: 'WDJB-MJHT',
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  now: 0,
  ownSource: '',
  source: '',
}
const place = (source: string, ownSource: string) =>
  String(placeOfRequest({ ...REQUEST, source, ownSource })).replace(/<[^>]*>/g, '')
const time = (seconds: number) =>
  String(timeOfRequest({ ...REQUEST, now: REQUEST.startedAt + seconds * 1000 }))

describe('the page about a device (76)', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('calls %s this computer', (source) => {
    expect(place(source, '127.0.0.1')).toBe('this computer')
  })

  it('says whether the request came from the network that the person is in', () => {
    const other = 'another network than the one that you are in now'
    expect(place('203.0.113.24', '203.0.113.24')).toBe('203.0.113.24, the network that you are in now')
    expect(place('203.0.113.24', '203.0.113.25')).toBe(`203.0.113.24, ${other}`)
    expect(place('2001:db8::1', '2001:db8::2')).toBe('2001:db8::1, the network that you are in now')
    expect(place('2001:db8::1', '2001:db8:0:1::1')).toBe(`2001:db8::1, ${other}`)
    expect(place('::ffff:203.0.113.24', '203.0.113.24')).toBe('203.0.113.24, the network that you are in now')
  })

  it('escapes an address, whatever a proxy says (14)', () => {
    expect(String(placeOfRequest({ ...REQUEST, source: '<b>', ownSource: '' }))).not.toContain('<b>')
  })

  it.each([
    [0, 'just now'],
    [59, 'just now'],
    [60, 'a minute ago'],
    [150, '2 minutes ago'],
    [599, '9 minutes ago'],
  ])('says of a request %i seconds ago that it came %s, and when that was', (seconds, words) => {
    expect(time(seconds)).toBe(`<time datetime="2026-01-02T03:04:05.000Z">${words}, at 03:04 UTC</time>`)
  })
})
