import { expect, test } from 'vitest'
import { requestedDeviceName } from '../../../../../server/auth-service/checks/device-name.js'
import { readParameters } from '../../../../../server/auth-service/checks/request-parameters.js'

const requested = (name: string) =>
  requestedDeviceName(readParameters(new URLSearchParams({ device_name: name })))

test.each([
  ['ada-laptop', 'ada-laptop'],
  ['Ada’s MacBook Pro (2)', 'Ada’s MacBook Pro (2)'],
  ['端末', '端末'],
  ['  in\n two\r\n  lines ', 'in two lines'],
  ['a\u001b[2J\u0000b\u0085c', 'a [2J b c'],
  // What would turn the text after it around, hide it, or make a line of its own.
  ['laptop\u202egnp.exe', 'laptop gnp.exe'],
  ['\u2066a\u2069\u200b\ufeffb\u2028c', 'a b c'],
  ['e\u0301', 'é'],
  ['x'.repeat(65), 'x'.repeat(64)],
  ['💻'.repeat(100), '💻'.repeat(64)],
  ['x'.repeat(60_000), 'x'.repeat(64)],
  ['<script>', '<script>'],
  ['', null],
  [' \u200b\u0007 ', null],
])('%j is kept as %j (14)', (name, kept) => {
  expect(requested(name)).toBe(kept)
})

test('a request without a name has none', () => {
  expect(requestedDeviceName(readParameters(new URLSearchParams()))).toBeNull()
})
