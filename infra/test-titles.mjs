import { readFileSync } from 'node:fs'
import ts from 'typescript'

/**
 * Titles of the tests that a file holds, read from its syntax: a title in a comment, of a suite, or of a test that is skipped is
 * none. What a template fills in stands as «…».
 */
export function testTitles(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  const titles = new Set()
  const visit = (node) => {
    const title = ts.isCallExpression(node) && isTest(node.expression) && titleOf(node.arguments[0])
    if (title) titles.add(title)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return titles
}

/** `it(…)`, `test(…)`, `it.each(…)(…)` */
function isTest(callee) {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'test'
  if (!ts.isCallExpression(callee)) return false
  const { expression } = callee
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'each' &&
    isTest(expression.expression)
  )
}

function titleOf(argument) {
  if (argument === undefined) return undefined
  if (ts.isStringLiteralLike(argument)) return argument.text
  if (!ts.isTemplateExpression(argument)) return undefined
  return [argument.head, ...argument.templateSpans.map(({ literal }) => literal)]
    .map(({ text }) => text)
    .join('…')
}
