import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { readSourceFiles, type SourceFile } from '../../architecture/source-files.js'
import {
  ambientUses,
  forbiddenFiles,
  forbiddenPackages,
  importRings,
  unusedExports,
} from '../../architecture/violations.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'

/** Parses files as if they were a project. */
function project(texts: Record<string, string>): SourceFile[] {
  const folder = makeTemporaryFolder('sources')
  const files = { 'tsconfig.json': '{"compilerOptions":{"noLib":true,"types":[]}}', ...texts }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text)
  }
  try {
    return readSourceFiles(folder.path)
  } finally {
    folder.remove()
  }
}

const api = 'export interface Item { id: string }\nexport const listItems = 1'

it.each([
  ['a plain import', `import { listItems } from '../api/items.js'\nlistItems`],
  ['an import of a type', `import type { Item } from '../api/items.js'`],
  ['an import for its effects', `import '../api/items.js'`],
  ['export from', `export { listItems } from '../api/items.js'`],
  ['export all from', `export * from '../api/items.js'`],
  ['import()', `async () => (await import('../api/items.js')).listItems`],
  ['import() with then', `import('../api/items.js').then(({ listItems }) => listItems)`],
  ['the type import()', `type A = import('../api/items.js').Item`],
  ['typeof import()', `type A = typeof import('../api/items.js')`],
  ['require()', `require('../api/items.js')`],
])('sees %s', (_form, text) => {
  const files = project({ 'src/api/items.ts': api, 'src/session/session.ts': text })
  expect(forbiddenFiles(files)).toEqual(['src/session/session.ts may not import src/api/items.ts'])
})

it('does not take text for an import', () => {
  const text = `// import '../api/items.js'\nconst line = "import '../api/items.js'"\nconst t = \`\${1} import('../api/items.js')\``
  expect(forbiddenFiles(project({ 'src/api/items.ts': api, 'src/session/session.ts': text }))).toEqual([])
})

it('refuses an import of a file that is not part of the programs', () => {
  const files = project({ 'src/cli/run.ts': `import '../../test/support/anything.js'` })
  expect(forbiddenFiles(files)).toHaveLength(1)
})

it('refuses a package outside the file that owns it, and one that nobody owns', () => {
  const text = `import 'undici'\nimport type { Kysely } from 'kysely/helpers'\nimport 'left-pad'`
  const files = project({ 'src/http-exchange.ts': text, 'server/auth-service/store/store.ts': text })
  expect(forbiddenPackages(files).sort()).toEqual([
    'server/auth-service/store/store.ts may not import left-pad',
    'server/auth-service/store/store.ts may not import undici',
    'src/http-exchange.ts may not import kysely',
    'src/http-exchange.ts may not import left-pad',
  ])
})

it('sees what is taken from the surroundings, and not properties of the same name', () => {
  const text = `export const now = [Date.now(), new Date(), new Date(1), options.process, { console: 1 }, process.env]`
  expect(ambientUses(project({ 'src/api/items.ts': text, 'bin/authcli.ts': text }))).toEqual([
    'src/api/items.ts uses Date.now',
    'src/api/items.ts uses new Date()',
    'src/api/items.ts uses process',
  ])
})

it('tells a ring of imports, also one of types only', () => {
  const files = project({
    'src/api/a.ts': `import './b.js'`,
    'src/api/b.ts': `import type {} from './c.js'`,
    'src/api/c.ts': `import './a.js'`,
  })
  expect(importRings(files)).toEqual(['src/api/a.ts → src/api/b.ts → src/api/c.ts → src/api/a.ts'])
})

it.each([
  `async () => (await import('./a.js')).one`,
  `async () => { const { one } = await import('./a.js') }`,
  `import('./a.js').then(({ one }) => one)`,
])('takes only what %s names', (text) => {
  const files = project({
    'src/api/a.ts': 'export const one = 1\nexport const two = 2',
    'src/api/b.ts': text,
  })
  expect(unusedExports(files, files)).toEqual(['src/api/a.ts#two'])
})

it('tells an export that nobody takes, except a type that its own file uses', () => {
  const files = project({
    'src/api/a.ts': `export interface Options {}\nexport interface Forgotten {}\nexport function used(_: Options) {}\nexport const unused = 1`,
    'src/api/b.ts': `import { used } from './a.js'\nused({})`,
  })
  expect(unusedExports(files, files)).toEqual(['src/api/a.ts#Forgotten', 'src/api/a.ts#unused'])
})
