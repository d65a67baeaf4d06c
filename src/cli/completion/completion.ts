import { Argument, Command } from 'commander'
import type { GlobalFlags, OpenContext } from '../command-context.js'
import { completedCommands } from './tree.js'

const EXAMPLES = `
Examples:
  $ eval "$(authcli completion bash)"              in ~/.bashrc
  $ source <(authcli completion zsh)               in ~/.zshrc, below compinit
  $ authcli completion fish | source               in ~/.config/fish/config.fish

Completes commands, flags, what flags can be set to, and the names of your profiles.`

const SHELLS = {
  bash: async () => (await import('./bash.js')).bashCompletion,
  zsh: async () => (await import('./zsh.js')).zshCompletion,
  fish: async () => (await import('./fish.js')).fishCompletion,
}

/** `authcli completion`: the only command that wants all the others beside itself in the program. */
export function completionCommand(openContext: OpenContext): Command {
  return new Command('completion')
    .description('write what a shell needs to complete command lines')
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: keyof typeof SHELLS, _flags, command: Command) => {
      const { output } = openContext(command.optsWithGlobals<GlobalFlags>())
      const makeScript = await SHELLS[shell]()
      await output.write(makeScript(completedCommands(command.parent ?? command)))
    })
}
