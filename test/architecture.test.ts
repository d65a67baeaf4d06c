import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMPTY_NAMES, EXPORTED_FOR_TESTS, MAX_LINES } from './architecture/rules.js'
import { readSourceFiles } from './architecture/source-files.js'
import {
  ambientUses,
  forbiddenFiles,
  forbiddenPackages,
  importRings,
  unusedExports,
} from './architecture/violations.js'
import { PROJECT_ROOT } from './support/project-root.js'

const files = readSourceFiles()
const programs = files.filter(({ path }) => !path.startsWith('test/'))
const tests = files.filter(({ path }) => path.startsWith('test/'))
const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8')

describe('imports', () => {
  it('finds every file of the three programs', () => {
    const found = ['bin', 'src', 'server'].flatMap((folder) =>
      readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name}`),
    )
    expect(programs.map(({ path }) => path).sort()).toEqual(found.sort())
  })

  it('go only where the table of layers allows', () => {
    expect(forbiddenFiles(programs)).toEqual([])
  })

  it('take a package only in the files that own it', () => {
    expect(forbiddenPackages(programs)).toEqual([])
  })

  it('make no ring', () => {
    expect(importRings(programs)).toEqual([])
  })
})

describe('surroundings', () => {
  it('are read in bin and main.ts only: process, console, clock, chance', () => {
    expect(ambientUses(programs)).toEqual([])
  })
})

describe('exports', () => {
  it('of the programs are used by another file of the programs', () => {
    const entry = programs.filter(({ path }) => path === 'src/index.ts' || path.startsWith('bin/'))
    const rest = programs.filter((file) => !entry.includes(file))
    expect(unusedExports(rest, programs)).toEqual([])
  })

  it('that are listed as used by tests only are used by tests, and by nothing else', () => {
    const listed = Object.keys(EXPORTED_FOR_TESTS)
    const taken = (users: typeof files) =>
      new Set(
        users.flatMap(({ imports }) =>
          imports.flatMap(({ file, names }) => names.map((n) => `${file}#${n}`)),
        ),
      )
    expect(listed.filter((each) => !taken(tests).has(each) || taken(programs).has(each))).toEqual([])
  })

  it('of what the tests share are used by a test', () => {
    // The bench starts its peers as programs of plain JavaScript, which load what they share by its path.
    const loadedByPath = 'test/bench/backend-api/servers/rows.ts'
    const isShared = (path: string) => !/(\.test|\/vitest\.config|\/setup-[a-z-]+)\.ts$/.test(path)
    const shared = tests.filter(({ path }) => isShared(path) && path !== loadedByPath)
    expect(unusedExports(shared, files)).toEqual([])
  })
})

describe('files', () => {
  it('are about something that has a name', () => {
    const isEmpty = (path: string) => path.split(/[/.-]/).some((word) => EMPTY_NAMES.includes(word))
    expect(files.map(({ path }) => path).filter(isEmpty)).toEqual([])
  })

  it(`have at most ${MAX_LINES} lines`, () => {
    const lines = (text: string) => text.split('\n').length - 1
    expect(files.filter(({ text }) => lines(text) > MAX_LINES).map(({ path }) => path)).toEqual([])
  })

  it('speak of the steps of the flow by number in the demo and the end-to-end tests only', () => {
    const word = new RegExp(`\\b${'le'}gs?\\b`, 'i')
    const speaks = files.filter(({ path, text }) => word.test(path) || word.test(text))
    const mayNot = speaks.filter(({ path }) => !/^test\/(demo|e2e)\//.test(path))
    expect(mayNot.map(({ path }) => path)).toEqual([])
  })

  it('name no folder of one machine', () => {
    const machine = /(?<![\w.])\/(work|root|home\/\w+|Users\/\w+)\//
    const own = 'test/architecture.test.ts'
    expect(
      files.filter(({ path, text }) => path !== own && machine.test(text)).map(({ path }) => path),
    ).toEqual([])
  })
})

describe('package-lock.json', () => {
  it('names no registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/(?!.*(funding|sponsor))[^"]*\.tgz/)
  })

  it('fixes every package that package.json names to one version', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'))
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(
      versions.filter((version) => !/^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version))),
    ).toEqual([])
  })
})
