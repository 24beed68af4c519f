import type { TestSubgraph } from '../../kit/subgraphs.js'

/**
 * A subgraph beside `sharing` that knows patients by their handles alone: it extends them, and refers to them from fields of its
 * own. It stands for `privacy` as far as joins go.
 */
export function blocksSubgraph(): TestSubgraph & { readonly caseload: string[] } {
  const caseload: string[] = []
  const blocks = [
    { reason: 'OBJECTION', number: '310000108' },
    { reason: 'OBJECTION', number: '310000205' },
    { reason: 'OTHER', number: '310000108' },
  ]
  return {
    caseload,
    sdl: `
      type Query { caseload: [Patient!]! notice: String }
      type Patient @key(fields: "id") { id: ID! blocks: [Block!]! contact: String failing: String }
      type Block { reason: String! organization: Organization! patient: Patient! }
      type Organization @key(fields: "number", resolvable: false) { number: OrganizationNumber! }
      scalar OrganizationNumber
    `,
    resolvers: {
      Query: {
        caseload: () => caseload.map((id) => ({ id })),
        notice: () => 'closed on Sundays',
      },
      Patient: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        blocks: ({ id }: { id: string }) =>
          blocks.map(({ reason, number }) => ({
            reason,
            organization: { number },
            patient: { id },
          })),
        contact: ({ id }: { id: string }) => `known as ${id.slice(0, 4)}`,
        failing: () => {
          throw new Error('secret words of a subgraph')
        },
      },
    },
  }
}
