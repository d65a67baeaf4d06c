import type { Item } from '../api/items.js'
import { createItemsTable } from './items-table.js'
import type { Output } from './output.js'
import type { Style } from './style.js'
import { visibleJson } from './visible-text.js'

/** How items are written: as a table for a person, as one JSON array, or as one JSON object a line. */
export type ItemsFormat = 'table' | 'json' | 'jsonl'

/** Writes items as their pages come. */
export interface ItemsOutput {
  page(items: readonly Item[]): Promise<void>
  /** After the last page. An array that was begun is closed only here: cut short, it is no JSON. */
  end(): Promise<void>
}

/** The format that the flags ask for; without one, a table on a terminal and an array everywhere else. */
export function chooseItemsFormat(
  flags: { json?: true; jsonl?: true },
  stdout: { isTTY?: boolean },
): ItemsFormat {
  if (flags.jsonl) return 'jsonl'
  return flags.json || stdout.isTTY !== true ? 'json' : 'table'
}

export function createItemsOutput(
  format: ItemsFormat,
  output: Output,
  terminal: { width: number; now: number; style: Style },
): ItemsOutput {
  if (format === 'jsonl') return jsonLines(output)
  return format === 'json' ? jsonArray(output) : table(output, terminal)
}

function jsonLines(output: Output): ItemsOutput {
  return {
    async page(items) {
      if (items.length > 0) await output.write(items.map((item) => `${visibleJson(item)}\n`).join(''))
    },
    end: async () => {},
  }
}

function jsonArray(output: Output): ItemsOutput {
  let isBegun = false
  return {
    async page(items) {
      if (items.length === 0) return
      const before = isBegun ? ',\n' : '[\n'
      isBegun = true
      await output.write(before + items.map((item) => `  ${visibleJson(item)}`).join(',\n'))
    },
    end: () => output.write(isBegun ? '\n]\n' : '[]\n'),
  }
}

function table(output: Output, terminal: { width: number; now: number; style: Style }): ItemsOutput {
  const draw = createItemsTable(terminal)
  return {
    async page(items) {
      if (items.length === 0) return
      await output.write(`${draw(items).join('\n')}\n`)
    },
    end: async () => {},
  }
}
