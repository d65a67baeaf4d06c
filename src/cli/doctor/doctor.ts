import { Command } from 'commander'
import { AuthcliError } from '../../errors.js'
import type { CommandContext, GlobalFlags, OpenContext } from '../command-context.js'
import { createStyle } from '../style.js'

type Flags = GlobalFlags & { json?: true }

const EXAMPLES = `
Examples:
  $ authcli doctor
  $ authcli doctor --profile work
  $ authcli doctor --json | jq '.checks[] | select(.state == "broken")'

Changes nothing and opens nothing. What it writes names the AuthService and the API, and nobody: no
account, no token, no folder, no other computer. It can be pasted into a public issue. The exit code
is 1 when something is broken.`

/** `authcli doctor` */
export function doctorCommand(openContext: OpenContext): Command {
  return new Command('doctor')
    .description('check everything that a login and its use need')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      await examine(openContext(flags), flags)
    })
}

async function examine(context: CommandContext, flags: Flags): Promise<void> {
  const { stdout, env } = context.dependencies
  const { prepareChecks } = await import('./checks.js')
  const { carryOut } = await import('./check.js')
  const { reportDocument, reportLines } = await import('./report.js')
  const findings = await carryOut(await prepareChecks(context), (names) =>
    context.talk.say(`waiting for: ${names.join(', ')}`),
  )
  const text = flags.json
    ? JSON.stringify(reportDocument(findings, context.dependencies), undefined, 2)
    : reportLines(findings, createStyle(stdout, env)).join('\n')
  await context.output.write(`${text}\n`)
  const broken = findings.filter(({ state }) => state === 'broken').length
  if (broken === 0) return
  throw new AuthcliError('CHECK_FAILED', `${broken} of ${findings.length} checks found something broken`)
}
