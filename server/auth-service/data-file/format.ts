import { type RowCounts, TABLES, type TableName, type Value } from '../store/all-rows.js'
import { migrations } from '../store/migrations.js'

/**
 * A file with everything that the AuthService remembers, the same for either database. One JSON value a line: what it
 * is; then, for so many rows of a table at a time, its name and columns, followed by the rows as lists of values; at last
 * how many rows there were, and the SHA-256 of all lines before. What is encrypted in the database is so in the file.
 */
export const FORMAT = { format: 'auth-service data', version: 1 } as const

/** What the file was written for: `export` moves a stopped service, `backup` is made while it runs. */
export type DataFileKind = 'export' | 'backup'

/** The first line. */
export interface Header {
  format: string
  version: number
  kind: DataFileKind
  /** The schema that the rows are of, as the names of its migrations. */
  schema: readonly string[]
  /** Epoch milliseconds. */
  writtenAt: number
}

/** What comes before the rows of a table. */
export interface TableLine {
  table: TableName
  columns: readonly string[]
}

/** The last line. */
export interface EndLine {
  rows: RowCounts
  sha256: string
}

/** The schema that this version writes and reads. */
export const SCHEMA: readonly string[] = migrations.map(({ name }) => name)

/** A line, parsed: what it is follows from its shape. */
export type Line = { row: readonly Value[] } | { table: TableLine } | { end: EndLine }

/** The first line, whatever its version and schema are; undefined where it is something else. */
export function parseHeader(text: string): Header | undefined {
  const header = parse(text)
  const { format, version, kind, schema, writtenAt } = header ?? {}
  if (format !== FORMAT.format || typeof version !== 'number' || typeof writtenAt !== 'number')
    return undefined
  if (kind !== 'export' && kind !== 'backup') return undefined
  return isStrings(schema) ? { format, version, kind, schema, writtenAt } : undefined
}

/** Any other line; undefined where it is none of ours. */
export function parseLine(text: string): Line | undefined {
  const line = parse(text)
  if (Array.isArray(line)) return line.every(isValue) ? { row: line } : undefined
  const { table, columns, rows, sha256 } = line ?? {}
  if (isTable(table)) return isStrings(columns) ? { table: { table, columns } } : undefined
  return typeof sha256 === 'string' && isCounts(rows) ? { end: { rows, sha256 } } : undefined
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isValue(value: unknown): value is Value {
  return value === null || typeof value === 'string' || Number.isSafeInteger(value)
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isTable(value: unknown): value is TableName {
  return TABLES.some((table) => table === value)
}

function isCounts(value: unknown): value is RowCounts {
  if (typeof value !== 'object' || value === null) return false
  const counts = value as Record<string, unknown>
  return TABLES.every((table) => Number.isSafeInteger(counts[table]))
}
