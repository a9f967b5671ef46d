"""What analysts do with ONE, against a running server.

    one_client.py BASE_URL USERNAME PASSWORD TRUTH.json CACHE_FOLDER
"""
import json
import sys
import warnings
from pathlib import Path
from uuid import UUID

import requests
from checks import check, finish, refused, same, same_members

base_url, username, password, truth_file, cache_folder = sys.argv[1:]
truth = json.loads(Path(truth_file).read_text())
cache_folder = Path(cache_folder)

import one  # noqa: E402
from one.api import ONE  # noqa: E402
from one.registration import RegistrationClient  # noqa: E402
from one.webclient import AlyxClient  # noqa: E402

print(f'ONE-api {one.__version__}')
warnings.simplefilter('ignore')

ONE.setup(base_url=base_url, silent=True)


def client(folder='one', **kwargs):
    """A client with a cache of its own."""
    where = cache_folder / folder
    where.mkdir(parents=True, exist_ok=True)
    return ONE(base_url=base_url, cache_dir=where, silent=True, mode='remote', **kwargs)


api = client(username=username, password=password)
alyx = api.alyx
session, insertion, dataset = truth['session'], truth['insertion'], truth['dataset']


# Getting started: log in, look around, read a record of each kind --------------------------------------------------
check('logs in and knows who it is', lambda: same((alyx.is_logged_in, alyx.user), (True, username)))
check('sees the endpoints of the schema', lambda: len(set(truth['counts']) - set(alyx.rest_schemes.endpoints)) == 0)
check('reads a subject', lambda: same(alyx.rest('subjects', 'read', session['subject'])['nickname'], session['subject']))
check('reads its own account', lambda: same(alyx.rest('users', 'read', username)['username'], username))
check('finds the sessions of a subject', lambda: UUID(session['eid']) in list(api.search(subject=session['subject'])))
check('reads a session', lambda: same(alyx.rest('sessions', 'read', session['eid'])['users'].sort(), session['users'].sort()))


# Every collection -------------------------------------------------------------------------------------------------
def whole_collection(endpoint, count):
    rows = list(alyx.rest(endpoint, 'list'))
    same(len(rows), count)


for endpoint, count in truth['counts'].items():
    check(f'lists {endpoint}, all pages', lambda: whole_collection(endpoint, count))


def first_record(endpoint, placeholder):
    """The record that the list shows first, read by its own address."""
    rows = alyx.rest(endpoint, 'list', limit=1)
    if len(rows) == 0:
        return
    key = key_of(rows[0], placeholder)
    same(key_of(alyx.rest(endpoint, 'read', key), placeholder), key)


def key_of(record, placeholder):
    return str(record[placeholder]) if placeholder in record else record['url'].rsplit('/', 1)[-1]


schema = alyx.rest_schemes
for endpoint in truth['counts']:
    # The contract has the address of one type of water answer with all of them.
    if 'read' in schema.actions(endpoint) and endpoint != 'water-type':
        placeholder = schema.url(endpoint, 'read').rsplit('{', 1)[-1].rstrip('}')
        check(f'reads one of {endpoint}', lambda: first_record(endpoint, placeholder))
check('lists subjects under water restriction', lambda: all('nickname' in row for row in alyx.rest('water-restricted-subjects', 'list')))
check('reads a water requirement', lambda: same(
    len(alyx.get(f'/water-requirement/{session["subject"]}?start_date=2025-03-01&end_date=2025-03-10')['records']), 10))


# Search -----------------------------------------------------------------------------------------------------------
for search in truth['searches']:
    check(f'search {search["term"]}={search["value"]}',
          lambda: same_members(api.search(**{search['term']: search['value']}), search['ids']))
for search in truth['insertion_searches']:
    check(f'search_insertions {search["term"]}={search["value"]}',
          lambda: same_members(api.search_insertions(**{search['term']: search['value']}), search['ids']))
check('abbreviates a term', lambda: same_members(api.search(subj=session['subject']), api.search(subject=session['subject'])))
check('refuses a term that does not exist', lambda: bool(refused(lambda: api.search(mouse='x'), ValueError)))


def open_range():
    _, details = api.search(date_range=[session['date'], None], details=True)
    dates = [str(row['date']) for row in details]
    assert session['date'] in dates and min(dates) >= session['date'], 'outside the range'
    same(dates, sorted(dates, reverse=True))


check('searches an open range of dates, newest first', open_range)


# One session ------------------------------------------------------------------------------------------------------
def of_session(function, **kwargs):
    """Ask about the session with an empty memory: ONE 3.6 with pandas 3 fails to merge the same sizes of files twice."""
    api._reset_cache()
    return function(session['eid'], **kwargs)


def datasets_of_collection():
    if not session['collections']:
        return
    collection = session['collections'][0]
    same_members(of_session(api.list_datasets, collection=collection),
                 [path for path in session['paths'] if path.rsplit('/', 1)[0].split('/#')[0] == collection])


check('list_datasets', lambda: same_members(of_session(api.list_datasets), session['paths']))
check('list_datasets with details', lambda: same_members(of_session(api.list_datasets, details=True)['rel_path'], session['paths']))
check('list_datasets of a collection', datasets_of_collection)
check('list_collections', lambda: same_members([c for c in of_session(api.list_collections) if c], session['collections']))
check('list_revisions', lambda: same_members(
    [r for r in of_session(api.list_revisions) if r], {path.split('#')[1] for path in session['paths'] if '#' in path}))


def details_of_session(full):
    details = of_session(api.get_details, full=full)
    same([details['subject'], details['number'], details['start_time'][:10], details['lab'], details['task_protocol']],
         [session[key] for key in ('subject', 'number', 'date', 'lab', 'task_protocol')])


check('get_details', lambda: details_of_session(False))
check('get_details, full', lambda: details_of_session(True))
check('get_details of several', lambda: same(
    [d['subject'] for d in api.get_details([session['eid'], session['eid']])], [session['subject']] * 2))
check('eid2path', lambda: same(str(api.eid2path(session['eid']))[-len('2025-01-01/001'):], f'{session["date"]}/{session["number"]:03d}'))
check('path2eid', lambda: same(str(api.path2eid(api.eid2path(session['eid']))), session['eid']))
check('path2eid of what is not there', lambda: same(api.path2eid(f'{session["subject"]}/1999-01-01/001'), None))


# Insertions -------------------------------------------------------------------------------------------------------
check('pid2eid', lambda: same([str(x) for x in api.pid2eid(insertion['pid'])], [insertion['eid'], insertion['name']]))
check('pid2eid of what is not there', lambda: same(api.pid2eid('00000000-0000-4000-8000-000000000000'), (None, None)))
check('eid2pid', lambda: same_members(api.eid2pid(insertion['eid'])[0], insertion['pids_of_session']))
check('eid2pid with details', lambda: same({x['session'] for x in api.eid2pid(insertion['eid'], details=True)[2]}, {insertion['eid']}))


# Datasets ---------------------------------------------------------------------------------------------------------
check('dataset2type', lambda: same(api.dataset2type(dataset['did']), dataset['dataset_type']))
check('describe_dataset', lambda: same(api.describe_dataset(dataset['dataset_type'])['name'], dataset['dataset_type']))
check('type2datasets', lambda: same(len(api.type2datasets(dataset['eid'], dataset['dataset_type'])) > 0, True))
check('type2datasets with details', lambda: same_members(
    api.type2datasets(dataset['eid'], dataset['dataset_type'], details=True).index.get_level_values(-1), dataset['of_type']))
check('path2url', lambda: api.path2url(api.eid2path(dataset['eid']) / dataset['path'].split('/', 0)[0]).endswith(
    f'{Path(dataset["name"]).stem}.{dataset["did"]}{Path(dataset["name"]).suffix}'))
check('reads datasets by a list of ids', lambda: same_members(
    [row['url'].rsplit('/', 1)[-1] for row in alyx.rest('datasets', 'list', django=f'id__in,{[dataset["did"]]}')], [dataset['did']]))


# Pages ------------------------------------------------------------------------------------------------------------
def small_pages():
    pages = alyx.rest('sessions', 'list', limit=7, no_cache=True)
    same(type(pages).__name__, '_PaginatedResponse')
    same_members([row['id'] for row in pages], [row['id'] for row in alyx.rest('sessions', 'list', limit=1000)])


def any_page():
    pages = alyx.rest('brain-regions', 'list', no_cache=True)
    same(len(pages), truth['counts']['brain-regions'])
    last, middle = pages[-1], pages[len(pages) // 2]
    assert last['id'] != middle['id'], 'two places hold the same region'
    same(len({row['id'] for row in pages}), len(pages))


def filtered_pages():
    pages = alyx.rest('datasets', 'list', limit=3, session=session['eid'], no_cache=True)
    same({row['session'].rsplit('/', 1)[-1] for row in pages}, {session['eid']})


check('pages of seven hold each session once', small_pages)
check('goes to any page of a long list', any_page)
check('keeps the filter on all pages', filtered_pages)


# Registration clients load these at start -------------------------------------------------------------------------
check('a registration client starts', lambda: same(len(RegistrationClient(api).dtypes), truth['counts']['dataset-types']))
check('a registration client finds a subject', lambda: same(
    RegistrationClient(api).assert_exists(session['subject'], 'subjects')['nickname'], session['subject']))
check('a registration client misses a subject', lambda: 'nobody' in str(
    refused(lambda: RegistrationClient(api).assert_exists('nobody', 'subjects'), one.alf.exceptions.AlyxSubjectNotFound)))


# Tokens and errors ------------------------------------------------------------------------------------------------
STALE = '0' * 40


def stale_token():
    again = client('stale', username=username, password=password)
    web = again.alyx
    web._par = web._par.set('ALYX_PWD', password)
    web._token = {'token': STALE}
    web._headers = {**web._headers, 'Authorization': f'Token {STALE}'}
    same(web.rest('subjects', 'read', session['subject'], no_cache=True)['nickname'], session['subject'])
    assert web._token != {'token': STALE}, 'still the stale token'


def kept_token():
    """A later program of the same user gives no password."""
    same(AlyxClient(base_url=base_url, username=username, silent=True, cache_dir=cache_folder / 'one').rest(
        'labs', 'list', no_cache=True)[0].keys(), alyx.rest('labs', 'list')[0].keys())


def token_alone():
    """Accounts without a password give a token; servers that do not tell whose it is believe the user."""
    token = alyx._token['token']
    same(client('token', username=username, token=token).alyx.rest('users', 'read', username)['username'], username)


def wrong_token():
    refused(lambda: AlyxClient(base_url=base_url, username='nobody', silent=True, cache_dir=cache_folder / 'wrong', token=STALE).rest(
        'labs', 'list', no_cache=True), requests.HTTPError, AssertionError, TypeError, ValueError)


check('logs in again when its token has become stale', stale_token)
check('goes on with the token it has kept', kept_token)
check('works with a token in place of a password', token_alone)
check('is not let in with a wrong token', wrong_token)
check('is told that a password is wrong', lambda: 'authentication failed' in str(refused(
    lambda: client('bad', username=username, password='not this one'), requests.HTTPError)))
check('is told that a session does not exist', lambda: same(refused(
    lambda: alyx.rest('sessions', 'read', '00000000-0000-4000-8000-000000000000'), requests.HTTPError).response.status_code, 404))
check('is told what is wrong with a filter', lambda: same(refused(
    lambda: alyx.rest('sessions', 'list', django='nonsense__deep,1', no_cache=True), requests.HTTPError).response.status_code, 400))
check('a filter with brackets, blanks and quotes survives the way', lambda: same_members(
    [row['nickname'] for row in alyx.rest('subjects', 'list', django=f"nickname__in,['{session['subject']}', 'no such mouse']")],
    [session['subject']]))

finish()
