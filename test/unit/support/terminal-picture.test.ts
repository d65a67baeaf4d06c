import { expect, it } from 'vitest'
import { drawTerminal } from '../../support/terminal-picture.js'

const ESC = String.fromCharCode(27)

it('draws colours as classes and ends them where the terminal would', () => {
  const picture = drawTerminal(`${ESC}[32mok${ESC}[39m plain ${ESC}[1;31mbad${ESC}[0m end`, 'demo')
  expect(picture).toContain('class="green">ok<')
  expect(picture).toContain('> plain <')
  expect(picture).toContain('class="bold red">bad<')
  expect(picture).toContain('> end<')
})

it('escapes what would be markup', () => {
  expect(drawTerminal('<script>&"', 'a"b')).not.toMatch(/<script|a"b/)
})

it('leaves out sequences that draw nothing', () => {
  expect(drawTerminal(`${ESC}[?25lhidden cursor${ESC}[2K`, 'demo')).not.toContain(ESC)
})
