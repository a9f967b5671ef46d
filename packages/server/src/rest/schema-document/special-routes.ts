import type { ContractField } from './contract-field.ts'

/** One method of a route that is no collection. */
export interface SpecialMethod {
  readonly method: 'get' | 'post'
  /** Last words of its name in the documents. */
  readonly action: 'list' | 'retrieve' | 'create'
  readonly help: string
  readonly open?: boolean
  readonly paged?: boolean
  readonly status: 200 | 201
  /** The body, for readers; in the documents it is left free unless `schema` names it. */
  readonly body?: readonly ContractField[]
  readonly query?: readonly ContractField[]
  /** Parameters that Alyx's documents leave out and that only people are told of. */
  readonly unlisted?: readonly ContractField[]
  /** Representation that the body and the answer have. */
  readonly schema?: string
}

export interface SpecialRoute {
  readonly path: string
  /** Name of the view, as OPTIONS says it. */
  readonly view: string
  readonly parameter?: { readonly name: string; readonly pattern?: string; readonly help: string }
  readonly methods: readonly SpecialMethod[]
}

type Extra = Partial<ContractField>
const field = (
  name: string,
  type: NonNullable<ContractField['type']>,
  help: string,
  extra: Extra = {},
): ContractField => ({
  name,
  label: name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '),
  type,
  help,
  readOnly: false,
  required: false,
  nullable: false,
  ...extra,
})
const MUST = { required: true } as const
const TEXTS = { items: { type: 'string' } } as const

export const signInFields: readonly ContractField[] = [
  field('username', 'string', 'Name of the account.', { ...MUST, writeOnly: true }),
  field('password', 'string', 'Its password.', { ...MUST, writeOnly: true }),
  field('token', 'string', 'Sent with later requests as "Authorization: Token <token>".', { readOnly: true }),
]

const registration: readonly ContractField[] = [
  field('path', 'string', 'Folder: <subject>/<date>/<number>, perhaps followed by the collection.', MUST),
  field('filenames', 'array', 'Files, each with its folders below that one.', TEXTS),
  field('name', 'string', 'Repository that holds the files.'),
  field('hostname', 'string', 'The same by the name of its host; name goes before it.'),
  field('created_by', 'string', 'Account that the datasets are registered for; yours if absent.'),
  field('labs', 'array', 'Labs whose repositories shall hold the files; that of the subject if absent.', TEXTS),
  field('projects', 'array', 'More labs, under the name that older programs use.', TEXTS),
  field('hashes', 'array', 'Hash of each file.', TEXTS),
  field('filesizes', 'array', 'Size of each file in bytes.', { items: { type: 'integer' } }),
  field('versions', 'array', 'Version of the program that wrote each file, or one for all.', TEXTS),
  field('qc', 'array', 'Quality of each file, or one for all: NOT_SET, PASS, WARNING, FAIL or CRITICAL.', TEXTS),
  field('server_only', 'boolean', 'Record copies in repositories on servers only.'),
  field('exists', 'boolean', 'False when files are announced before they are copied; true if absent.'),
  field('default', 'boolean', 'Programs that name no revision get these files; true if absent.'),
  field('check_protected', 'boolean', 'Refuse the whole registration when it would replace a protected file.'),
  field('content_type', 'string', 'Kind of the record that owns the files, when that is no session.'),
  field('object_id', 'string', 'Identifier of that record.', { format: 'uuid' }),
]

const CHECKED: ReadonlySet<string> = new Set(['path', 'filenames', 'created_by', 'content_type', 'object_id'])

/** Routes of the contract that are no collections of records. */
export const specialRoutes: readonly SpecialRoute[] = [
  {
    path: '/api/schema',
    view: 'Api Schema',
    methods: [
      {
        method: 'get',
        action: 'retrieve',
        help: 'This description, as OpenAPI 3.0 in YAML or JSON by the Accept header or the parameter.',
        open: true,
        status: 200,
        query: [
          field('format', 'string', 'Form of the document.', {
            choices: [
              ['json', 'JSON'],
              ['yaml', 'YAML'],
            ],
          }),
        ],
      },
    ],
  },
  {
    path: '/auth-token',
    view: 'Obtain Auth Token',
    methods: [
      {
        method: 'post',
        action: 'create',
        help: 'Exchanges a name and a password for the token of the account. The token stays the same.',
        status: 200,
        schema: 'AuthToken',
        body: signInFields,
      },
    ],
  },
  {
    path: '/cache.zip',
    view: 'Cache Download',
    methods: [
      {
        method: 'get',
        action: 'retrieve',
        help: 'The cache tables that clients search without asking the server, as an archive.',
        status: 200,
      },
    ],
  },
  {
    path: '/cache/info/',
    view: 'Cache Info',
    methods: [
      {
        method: 'get',
        action: 'retrieve',
        help: 'Version, date and origin of the cache tables; of those with a tag under /cache/info/<tag>/.',
        status: 200,
      },
    ],
  },
  {
    path: '/check-protected',
    view: 'Check Protected',
    methods: [
      {
        method: 'get',
        action: 'list',
        help: 'Tells which of the files of a session are protected; status_code is 403 in the answer if any is.',
        open: true,
        paged: true,
        status: 200,
        body: registration.filter(({ name }) => CHECKED.has(name)),
      },
    ],
  },
  {
    path: '/docs/',
    view: 'Docs',
    methods: [
      { method: 'get', action: 'retrieve', help: 'The page that describes every endpoint.', open: true, status: 200 },
    ],
  },
  {
    path: '/new-download',
    view: 'New Download',
    methods: [
      {
        method: 'post',
        action: 'create',
        help: 'Counts a download of datasets by the caller, for projects.',
        open: true,
        status: 201,
        body: [
          field('datasets', 'array', 'Identifiers of the datasets.', {
            ...MUST,
            items: { type: 'string', format: 'uuid' },
          }),
          field('projects', 'array', 'Projects that they were downloaded for, by name.', TEXTS),
        ],
      },
    ],
  },
  {
    path: '/register-file',
    view: 'Register File',
    methods: [
      {
        method: 'post',
        action: 'create',
        help: 'Registers files of a session: makes the datasets and says which repositories hold, or shall hold, copies.',
        open: true,
        status: 201,
        body: registration,
      },
    ],
  },
  {
    path: '/sync-file-status',
    view: 'Sync File Status',
    methods: [
      { method: 'get', action: 'retrieve', help: 'Copies that wait to be transferred.', open: true, status: 200 },
      { method: 'post', action: 'create', help: 'Transfers waiting copies.', open: true, status: 200 },
    ],
  },
  {
    path: '/uploaded/{img_url}',
    view: 'Uploaded File',
    parameter: { name: 'img_url', pattern: '^.*$', help: 'Path of the picture, as notes give it.' },
    methods: [{ method: 'get', action: 'retrieve', help: 'A picture of a note.', status: 200 }],
  },
  {
    path: '/water-requirement/{nickname}',
    view: 'Water Requirement',
    parameter: { name: 'nickname', help: 'Name of the subject.' },
    methods: [
      {
        method: 'get',
        action: 'retrieve',
        help: 'Weight and water of a subject, day by day: what it was to have and what it got.',
        status: 200,
        unlisted: [
          field('start_date', 'string', 'First day; the first weighing or water if absent.', { format: 'date' }),
          field('end_date', 'string', 'Last day; today if absent.', { format: 'date' }),
        ],
      },
    ],
  },
]
