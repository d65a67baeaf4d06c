import type { Writable } from 'node:stream'
import type { Services } from '../support/services.js'
import type { Credentials } from '../support/sign-in.js'
import type { SystemPackagesTalk } from '../support/system-packages.js'
import type { Playground } from './demo.js'
import { createPaint, drawAside, drawHeads, drawLeg, drawLifelines, drawMissingLeg } from './draw.js'
import type { SeenLeg } from './join-legs.js'
import { LEGS } from './legs.js'

/** Where the demo is shown. Everything that a person sees of it is said here. */
export interface Stage {
  systemPackagesTalk: SystemPackagesTalk
  say(line: string): void
  /** Shows who takes part and where. From now on the clock runs. */
  open(services: Services): void
  command(args: readonly string[]): void
  askToSignIn(url: string, account: Credentials): void
  leg(seen: SeenLeg): void
  /** The items that a command printed as JSON. */
  items(json: string): void
  /** What was said when it did not go on. The trace in it is left out. */
  complaint(text: string): void
  /** Whole seconds until the token has expired; 0 when it has. */
  countdown(seconds: number): void
  finish(): void
  missing(leg: number): void
  /** Tells what can be played with now, and how it ends. */
  invite(playground: Playground): void
}

export interface StageDependencies {
  stream: Writable & { isTTY?: boolean }
  env: Readonly<Record<string, string | undefined>>
  now: () => number
  /** Asks a yes-or-no question; absent where nobody can answer. */
  confirm?: (question: string) => Promise<boolean>
}

/** Draws on a stream; on a terminal with colour, and with a countdown that moves. */
export function createStage({ stream, env, now, confirm }: StageDependencies): Stage {
  const paint = createPaint(stream, env)
  const print = (...lines: string[]) => void stream.write(lines.map((line) => `${line}\n`).join(''))
  let openedAt = now()
  let isCounting = false
  const say = (line: string) => print(paint.dim(line))
  return {
    systemPackagesTalk: { say, ...(confirm && { confirm }) },
    say,
    open: ({ issuer, api }) => {
      const places = { GUI: 'authcli', BackendAPI: new URL(api).host, AuthService: new URL(issuer).host }
      print('', ...drawHeads(places, paint))
      openedAt = now()
    },
    command: (args) =>
      print(drawLifelines(paint), `${paint.dim('$')} ${paint.bold(`authcli ${args.join(' ')}`)}`),
    askToSignIn: (url, { username, password }) =>
      print(
        '',
        `  Your browser opens. Sign in as ${paint.bold(username)} with the password ${paint.bold(password)}`,
        '  and allow authcli. If nothing opens, go to',
        `  ${paint.cyan(url)}`,
        '',
      ),
    leg: ({ leg, at }) => {
      const what = LEGS[leg - 1]
      if (what) print(drawLeg(leg, what, Math.max(0, at - openedAt) / 1000, paint))
    },
    items: (json) => print(drawAside(titlesOf(json), paint)),
    complaint: (text) => print(...indented(withoutTrace(text)).map((line) => paint.red(line))),
    countdown: (seconds) => {
      const line = drawAside(paint.dim(`the access token expires in ${seconds} s`), paint)
      if (stream.isTTY) stream.write(seconds > 0 ? `\r${line}` : '\r\u001b[K')
      else if (!isCounting) print(line)
      isCounting = seconds > 0
    },
    finish: () => print('', `${paint.green('✓')} ${paint.bold(`all ${LEGS.length} legs happened`)}`),
    missing: (leg) => {
      const what = LEGS[leg - 1]
      if (what)
        print(
          drawMissingLeg(leg, what, paint),
          paint.red(`leg ${leg} did not happen: missing ${what.evidence}`),
        )
    },
    invite: ({ api, playCommand }) =>
      print(
        '',
        'Both services go on running. Play with them:',
        `  ${playCommand} get-items`,
        `  ${playCommand} status`,
        `  curl -i ${api}/items`,
        '',
        paint.dim('Ctrl-C ends them and removes everything that the demo made.'),
      ),
  }
}

/** In one line; the titles of the demo's own three items fit. */
function titlesOf(json: string): string {
  const items: { title: string }[] = JSON.parse(json)
  return items.map(({ title }) => title).join(' · ')
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
}

function withoutTrace(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('authcli: trace '))
    .join('\n')
}
