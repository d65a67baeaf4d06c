import { join, relative } from 'node:path'
import * as ast from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'
import { PROJECT_ROOT } from '../support/project-root.js'

/** A title of a test or of a group of tests. */
export interface TestTitle {
  /** From the project's folder. */
  file: string
  title: string
}

const REGISTRARS = ['it', 'test', 'describe', 'onlyOn']

/** Every title in the test files of the project: `it('…')`, `describe.each(…)('…')` and their like. */
export function readTestTitles(): TestTitle[] {
  const api = new API({ cwd: PROJECT_ROOT })
  try {
    const [project] = api.updateSnapshot({ openProject: join(PROJECT_ROOT, 'tsconfig.json') }).getProjects()
    const names = project?.rootFiles.filter((name) => name.endsWith('.test.ts')) ?? []
    return names.flatMap((name) => {
      const file = relative(PROJECT_ROOT, name).replaceAll('\\', '/')
      return titlesIn(project?.program.getSourceFile(name)).map((title) => ({ file, title }))
    })
  } finally {
    api.close()
  }
}

function titlesIn(file: ast.SourceFile | undefined): string[] {
  const titles: string[] = []
  const visit = (node: ast.Node): void => {
    if (ast.isCallExpression(node)) {
      const registrar = calledName(node.expression)
      const argument = node.arguments[registrar === 'onlyOn' ? 1 : 0]
      if (registrar && REGISTRARS.includes(registrar) && argument) titles.push(...literalText(argument))
    }
    node.forEachChild(visit)
  }
  file?.forEachChild(visit)
  return titles
}

/** `it` in `it`, `it.only`, `it.each(…)` and ``it.each`…` ``. */
function calledName(node: ast.Node): string | undefined {
  if (ast.isIdentifier(node)) return node.text
  if (ast.isPropertyAccessExpression(node) || ast.isCallExpression(node)) return calledName(node.expression)
  return ast.isTaggedTemplateExpression(node) ? calledName(node.tag) : undefined
}

function literalText(node: ast.Node): string[] {
  if (ast.isStringLiteral(node) || ast.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (!ast.isTemplateExpression(node)) return []
  return [node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('')]
}
