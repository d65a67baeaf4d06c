import { cpus } from 'node:os'
import { benchAuthService } from './auth-service/section.js'
import { benchBackendApi } from './backend-api/section.js'
import type { Bar } from './bars.js'
import { benchCli } from './cli.js'

/**
 * `npm run bench [-- SECTION…]`: measures, prints what it measured, and compares it with the bars that the
 * project set itself. Exit code 1 when one is missed.
 */
const SECTIONS: Record<string, () => Promise<Bar[]>> = {
  cli: benchCli,
  'auth-service': benchAuthService,
  'backend-api': benchBackendApi,
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !(name in SECTIONS))
if (unknown.length > 0)
  throw new Error(`no section ${unknown.join(', ')}; there is ${Object.keys(SECTIONS).join(', ')}`)

const processors = cpus()
print(`Node ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}`)
const bars: Bar[] = []
for (const [name, run] of Object.entries(SECTIONS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  print(`\n# ${name}\n`)
  bars.push(...(await run()))
}

print('\n# Bars\n')
for (const { what, measured, bar, isMet } of bars) {
  print(`${isMet ? 'met   ' : 'MISSED'}  ${what}: ${measured} (bar: ${bar})`)
}
process.exitCode = bars.every(({ isMet }) => isMet) ? 0 : 1

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
