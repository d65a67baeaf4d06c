import type { Item } from '../api/items.js'
import { age } from './age.js'
import { type Column, layOutTable } from './table.js'

/**
 * Draws items page by page for a terminal: the first page settles the columns, the others follow it.
 * @param width columns of the terminal
 * @param now epoch milliseconds
 */
export function createItemsTable(options: { width: number; now: number }) {
  let layout: ReturnType<typeof layOutTable<Item>> | undefined
  return (items: readonly Item[]): { header: string | undefined; lines: string[] } => {
    const isFirst = layout === undefined
    layout ??= layOutTable(columns(options.now), items, options.width)
    return { header: isFirst ? layout.header : undefined, lines: items.map(layout.line) }
  }
}

function columns(now: number): Column<Item>[] {
  return [
    { title: 'ID', value: (item) => item.id, rank: 3 },
    { title: 'AGE', value: (item) => age(now - Date.parse(item.createdAt)), rank: 2 },
    { title: 'TITLE', value: titleOf, rank: 1, minimumWidth: 16 },
  ]
}

function titleOf(item: Item): string {
  return item.note === undefined ? item.title : `${item.title} – ${item.note}`
}
