import type { TestSubgraph } from '../../kit/subgraphs.js'

/** The truth of the shop; each subgraph knows its part of it. */
const shop = {
  products: [
    { upc: 'p1', sku: 's1', title: 'Scale', price: 1200, weight: 2, stock: 3, makerId: 'm1' },
    { upc: 'p2', sku: 's2', title: 'Cuff', price: 800, weight: 5, stock: 0, makerId: 'm2' },
    { upc: 'p3', sku: 's3', title: 'Strap', price: 100, weight: 1, stock: 9, makerId: 'm1' },
  ],
  makers: [
    { id: 'm1', name: 'Vekt AS', country: 'NO' },
    { id: 'm2', name: 'Puls AS', country: 'NO' },
  ],
  reviews: [
    { id: 'r1', upc: 'p1', stars: 5, by: 'Kari' },
    { id: 'r2', upc: 'p1', stars: 3, by: 'Ola' },
    { id: 'r3', upc: 'p3', stars: 4, by: 'Kari' },
  ],
  media: [
    { __typename: 'Film', id: 'f1', title: 'How to weigh', minutes: 3, views: 70 },
    { __typename: 'Guide', id: 'g1', title: 'How to measure', pages: 12, views: 30 },
  ],
}

type Product = (typeof shop.products)[number]
type Review = (typeof shop.reviews)[number]
type ById = { readonly id: string }
const makerOf = ({ id }: ById) => shop.makers.find((maker) => maker.id === id)
const mediumOf = ({ id }: ById) => shop.media.find((medium) => medium.id === id)
const shippingOf = ({ weight, price }: Pick<Product, 'weight' | 'price'>) =>
  price > 1000 ? 0 : weight * 10
const kindOf = ({ stars }: Review) => (stars > 3 ? 'PRAISE' : 'BLAME')
const byUpc = (upc: string) => shop.products.find((product) => product.upc === upc)
const bySku = (sku: string) => shop.products.find((product) => product.sku === sku)

const catalog: TestSubgraph = {
  sdl: `
    type Query {
      products: [Product!]!
      product(upc: ID!): Product
      made: [Made!]!
      mixed: [Made!]!
      media: [Medium!]!
      fails: String
    }
    type Mutation { rename(upc: ID!, title: String!): Product }
    type Subscription { renamed: Product }
    union Made = Product | Maker
    type Product @key(fields: "upc") @key(fields: "sku") {
      upc: ID!
      sku: ID!
      title: String! @override(from: "legacy")
      price: Int!
      weight: Int! @shareable
      maker: Maker!
      secret: String @inaccessible
    }
    type Maker @key(fields: "id") { id: ID! name: String! @shareable }
    interface Medium @key(fields: "id") { id: ID! title: String! }
    type Film implements Medium @key(fields: "id") { id: ID! title: String! minutes: Int! }
    type Guide implements Medium @key(fields: "id") { id: ID! title: String! pages: Int! }
  `,
  resolvers: {
    Query: {
      products: () => shop.products,
      product: (_: unknown, { upc }: { upc: string }) => byUpc(upc),
      made: () => madeOf(),
      mixed: () => madeOf().reverse(),
      media: () => shop.media,
      fails: () => {
        throw new Error('no such table: secrets at 10.0.0.7')
      },
    },
    Mutation: {
      rename: (_: unknown, { upc, title }: { upc: string; title: string }) => ({
        ...byUpc(upc),
        title,
      }),
    },
    Product: {
      __resolveReference: ({ upc, sku }: { upc?: string; sku?: string }) =>
        upc === undefined ? bySku(sku ?? '') : byUpc(upc),
      maker: ({ makerId }: Product) => makerOf({ id: makerId }),
    },
    Maker: { __resolveReference: makerOf },
    Film: { __resolveReference: mediumOf },
    Guide: { __resolveReference: mediumOf },
    Medium: { __resolveReference: mediumOf },
  },
}

const madeOf = () => [
  ...shop.products.map((product) => ({ __typename: 'Product', ...product })),
  ...shop.makers.map((maker) => ({ __typename: 'Maker', ...maker })),
]

const inventory: TestSubgraph = {
  sdl: `
    type Query { lowStock(below: Int! = 5): [Product!]! }
    type Product @key(fields: "upc", resolvable: false) @key(fields: "sku") {
      upc: ID!
      sku: ID!
      stock: Int!
      weight: Int! @external
      price: Int! @external
      shipping: Int! @requires(fields: "weight price")
    }
  `,
  resolvers: {
    Query: {
      lowStock: (_: unknown, { below }: { below: number }) =>
        shop.products.filter(({ stock }) => stock < below),
    },
    Product: {
      __resolveReference: ({ sku, ...known }: { sku: string }) => {
        const product = bySku(sku)
        return product && { sku, stock: product.stock, ...known }
      },
      shipping: shippingOf,
    },
  },
}

const reviews: TestSubgraph = {
  sdl: `
    type Query { reviews(kind: Kind): [Review!]! best: Rated }
    interface Rated { stars: Int! }
    type Review implements Rated @key(fields: "id") {
      id: ID!
      stars: Int!
      by: String!
      kind: Kind!
      product: Product! @provides(fields: "weight")
    }
    enum Kind { PRAISE BLAME }
    type Product @key(fields: "upc") {
      upc: ID!
      weight: Int! @external
      reviews(least: Int = 0): [Review!]!
      broken: String
    }
    type Maker @key(fields: "id") { id: ID! country: String! }
    type Medium @key(fields: "id") @interfaceObject { id: ID! views: Int! }
  `,
  resolvers: {
    Query: {
      reviews: (_: unknown, { kind }: { kind?: string | null }) =>
        shop.reviews.filter((review) => !kind || kindOf(review) === kind),
      best: () => ({ __typename: 'Review', ...shop.reviews[0] }),
    },
    Review: {
      kind: kindOf,
      product: ({ upc }: Review) => ({ upc, weight: byUpc(upc)?.weight }),
      __resolveReference: ({ id }: ById) => shop.reviews.find((review) => review.id === id),
    },
    Product: {
      reviews: ({ upc }: Product, { least }: { least: number }) => reviewsOf(upc, least),
      broken: ({ upc }: Product) => {
        if (upc === 'p2') throw new Error('secret words of a subgraph')
        return `${upc} works`
      },
    },
    Maker: { __resolveReference: makerOf },
    Medium: { __resolveReference: mediumOf },
  },
}

const reviewsOf = (upc: string, least: number) =>
  shop.reviews.filter((review) => review.upc === upc && review.stars >= least)

/** Its title was taken over by another subgraph: whoever still asks for it here gets the wrong one. */
const legacy: TestSubgraph = {
  sdl: `
    type Product @key(fields: "upc") { upc: ID! title: String! barcode: String! }
    type Maker @key(fields: "id") { id: ID! name: String! @shareable founded: Int! }
  `,
  resolvers: {
    Product: {
      title: () => 'an old title',
      barcode: ({ upc }: Product) => `|||${upc}`,
    },
    Maker: {
      __resolveReference: makerOf,
      founded: () => 1999,
    },
  },
}

export const subgraphs = { catalog, inventory, reviews, legacy }

/** What each field is, over the whole truth at once: fields that are not here are values of their object. */
export const truth: Readonly<Record<string, Readonly<Record<string, Truth>>>> = {
  Query: {
    products: () => shop.products,
    product: (_, { upc }) => byUpc(String(upc)),
    made: madeOf,
    mixed: () => madeOf().reverse(),
    media: () => shop.media,
    lowStock: (_, { below }) => shop.products.filter(({ stock }) => stock < Number(below)),
    reviews: (_, { kind }) => shop.reviews.filter((one) => !kind || kindOf(one) === kind),
    best: () => ({ __typename: 'Review', ...shop.reviews[0] }),
  },
  Mutation: { rename: (_, { upc, title }) => ({ ...byUpc(String(upc)), title }) },
  Product: {
    maker: ({ makerId }) => makerOf({ id: makerId }),
    shipping: shippingOf,
    reviews: ({ upc }, { least }) => reviewsOf(upc, Number(least)),
    barcode: ({ upc }) => `|||${upc}`,
    broken: ({ upc }) => `${upc} works`,
  },
  Maker: { founded: () => 1999 },
  Review: { kind: kindOf as Truth, product: ({ upc }) => byUpc(upc) },
}

type Truth = (source: Product & Review, args: Readonly<Record<string, unknown>>) => unknown
