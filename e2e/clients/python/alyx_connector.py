"""What programs written for alyx-connector ask of a server, against a running one.

    alyx_connector.py BASE_URL USERNAME PASSWORD TRUTH.json CACHE_FOLDER
"""
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import requests
from checks import check, finish, refused, same, same_members

base_url, username, password, truth_file, cache_folder = sys.argv[1:]
truth = json.loads(Path(truth_file).read_text())

import one.params  # noqa: E402  the connector answers to the name of the client that it derives from
from one.webclient import AlyxClient  # noqa: E402

print(f'alyx-connector {version("alyx-connector")}')
warnings.simplefilter('ignore')

session, insertion, dataset = truth['session'], truth['insertion'], truth['dataset']


def client(**kwargs):
    return AlyxClient(base_url=base_url, username=username, silent=True, cache_dir=cache_folder, **kwargs)


alyx = client(password=password)

check('logs in', lambda: bool(alyx.is_logged_in))
check('reads the description of the endpoints', lambda: 'sessions' in alyx.list_endpoints())
# The description is a frozen one of an older Alyx; later endpoints are not in it.
for endpoint in sorted(set(truth['counts']) & set(alyx.list_endpoints())):
    if 'list' in alyx.rest_schemes[endpoint]:
        check(f'lists {endpoint}, all pages', lambda: same(len(list(alyx.rest(endpoint, 'list'))), truth['counts'][endpoint]))

SIMPLE = ('subject', 'lab', 'number', 'project', 'task_protocol', 'users', 'date_range', 'dataset_types', 'tag', 'qc', 'django')
for search in truth['searches']:
    if search['term'] in SIMPLE:
        check(f'searches sessions by {search["term"]}={search["value"]}', lambda: same_members(
            [row['id'] for row in alyx.rest('sessions', 'list', **{search['term']: search['value']})], search['ids']))

check('reads a session', lambda: same(alyx.rest('sessions', 'read', session['eid'])['subject'], session['subject']))
check('lists one session by its id', lambda: same_members(
    [row['id'] for row in alyx.rest('sessions', 'list', id=session['eid'])], [session['eid']]))
check('finds the datasets of a session by name', lambda: same_members(
    [row['url'].rsplit('/', 1)[-1] for row in alyx.rest('datasets', 'list', session=dataset['eid'], name=dataset['name'])], [dataset['did']]))
check('finds the copies of a dataset', lambda: all(
    row['relative_path'] for row in alyx.rest('files', 'list', dataset=dataset['did'])))
check('reads a dataset', lambda: same(alyx.rest('datasets', 'read', dataset['did'])['dataset_type'], dataset['dataset_type']))
check('reads an insertion', lambda: same(alyx.rest('insertions', 'read', insertion['pid'])['session'], insertion['eid']))
check('reads a subject', lambda: same(alyx.rest('subjects', 'read', session['subject'])['nickname'], session['subject']))
check('misses a subject', lambda: same(refused(lambda: alyx.rest('subjects', 'read', 'nobody'), requests.HTTPError).response.status_code, 404))
check('reads an account', lambda: same(alyx.rest('users', 'read', username)['username'], username))


def stale_token():
    again = client(password=password)
    again._par = again._par.set('ALYX_PWD', password)
    again._token = {'token': '0' * 40}
    again._headers = {**again._headers, 'Authorization': 'Token ' + '0' * 40}
    same(again.rest('labs', 'list', no_cache=True)[0].keys(), alyx.rest('labs', 'list')[0].keys())


check('logs in again when its token has become stale', stale_token)
# Not its own name: the connector prefers the token that it has kept to the password that it is given.
check('is told that a name or password is wrong', lambda: 'authentication failed' in str(refused(
    lambda: AlyxClient(base_url=base_url, username='nobody', password='x', silent=True, cache_dir=cache_folder), requests.HTTPError)))

finish()
