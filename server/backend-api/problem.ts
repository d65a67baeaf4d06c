import { Type } from 'typebox'

/**
 * An error as a client reads it.
 * @see RFC 9457
 */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A document that explains the kind of problem, or about:blank.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String({ description: 'A plain sentence: what to do now.' })),
    error: Type.Optional(Type.String({ description: 'The RFC 6750 error code.' })),
    scope: Type.Optional(Type.String({ description: 'The scope that would be needed.' })),
    resource_metadata: Type.Optional(Type.String({ description: 'Where it says how to log in (RFC 9728).' })),
    authorization_servers: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'Problem' },
)

export type Problem = Type.Static<typeof Problem>

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8'
