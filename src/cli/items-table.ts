import type { Item } from '../api/items.js'
import { age } from './age.js'
import type { Style } from './style.js'
import { type Column, layOutTable } from './table.js'

/**
 * Draws items page by page for a terminal: the first page settles the columns, the others follow it.
 * @param width columns of the terminal
 * @param now epoch milliseconds
 */
export function createItemsTable(options: { width: number; now: number; style: Style }) {
  let layout: ReturnType<typeof layOutTable<Item>> | undefined
  return (items: readonly Item[]): string[] => {
    if (layout !== undefined) return items.map(layout.line)
    layout = layOutTable(columnsFor(items, options), items, options.width)
    return [options.style.dim(layout.header), ...items.map(layout.line)]
  }
}

function columnsFor(items: readonly Item[], { now, style }: { now: number; style: Style }): Column<Item>[] {
  const hasNotes = items.some((item) => item.note !== undefined)
  return [
    { title: 'TITLE', value: (item) => item.title, rank: 1, minimumWidth: 20 },
    ...(hasNotes ? [noteColumn(style)] : []),
    { title: 'AGE', value: (item) => age(now - Date.parse(item.createdAt)), rank: 2, mark: style.dim },
    { title: 'ID', value: (item) => item.id, rank: 4, mark: style.dim },
  ]
}

function noteColumn(style: Style): Column<Item> {
  return { title: 'NOTE', value: (item) => item.note ?? '', rank: 3, minimumWidth: 16, mark: style.dim }
}
