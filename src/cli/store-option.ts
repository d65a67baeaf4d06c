import { Option } from 'commander'
import type { StoreKind } from './configuration.js'

/**
 * A flag that names a store, with the names that its help shows and that a shell completes. It takes any
 * text: whoever reads it refuses a wrong one, and says what to type instead.
 */
export function storeOption(flags: string, description: string, kinds: readonly StoreKind[]): Option {
  const option = new Option(flags, description)
  option.argChoices = [...kinds]
  return option
}
