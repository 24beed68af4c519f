// Builds what the images hold: every package, and GraphiQL's page.
await import('../build.mjs')
await import('../graphiql/build-page.mjs')
