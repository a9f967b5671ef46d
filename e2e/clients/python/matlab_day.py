"""A day of a MATLAB rig: the requests of alyx-matlab and Rigbox as MATLAB writes them, over a plain socket.

MATLAB cannot be installed here. What it sends is known from the sources of alyx-matlab: which addresses, which keys in
which order, slashes escaped as by `jsonencode`, names stripped of their last slash, pages followed by `next`.
"""
import json
import re
from urllib.parse import quote_plus, urlsplit

from checks import check, finish, same, same_members
from raw_http import Connection
from stage import base_url, database, dataset_rows, file_rows, password, place, username

here = place()
print('the requests of alyx-matlab and Rigbox')

SUBJECT = 'matlab-01'
DAY = '2026-03-11'
AGENT = ['User-Agent: MATLAB 9.13.0.2049777 (R2022b)', 'Accept: */*', 'Connection: Keep-Alive']
connection = Connection(base_url)
known = {'token': ''}


def encode(data):
    """As `jsonencode` does: no blanks, and slashes escaped."""
    return json.dumps(data, separators=(',', ':'), ensure_ascii=False).replace('/', '\\/').encode()


def endpoint(name):
    """As `makeEndpoint` does: complete addresses stay, and slashes at either end go."""
    full = name if name.startswith('http') else f'{base_url}/{name}'
    parts = urlsplit(full.strip('/'))
    return parts.path + (f'?{parts.query}' if parts.query else '')


def signed():
    return [*AGENT, f'Authorization: Token {known["token"]}']


def web_read(name, **query):
    """As `getData` does: form-encoded queries, and `next` followed as it comes until it is empty."""
    target = endpoint(name) + ('?' + '&'.join(f'{key}={quote_plus(value)}' for key, value in query.items()) if query else '')
    rows = []
    while True:
        answer = connection.send('GET', target, signed())
        same((answer.status, answer.headers['content-type'].split(';')[0]), (200, 'application/json'))
        result = answer.json()
        if not (isinstance(result, dict) and {'count', 'next', 'previous', 'results'} <= set(result)):
            return result
        rows += result['results']
        if not result['next']:
            return rows
        target = endpoint(result['next'])


def json_post(name, data, method='POST'):
    """As `jsonPost` does."""
    body = data if isinstance(data, bytes) else encode(data)
    return connection.send(method, endpoint(name), [*signed(), 'Content-Type: application/json'], body)


def post(name, data, method='POST', expected=201):
    answer = json_post(name, data, method)
    same((answer.status, answer.text[:300] if answer.status >= 400 else ''), (expected, ''))
    return answer.json()


def url2eid(url):
    return url.rstrip('/')[-36:]


# Signing in --------------------------------------------------------------------------------------------------------
def fails_to_sign_in():
    for name, word in ((('nobody', 'x'), 'credentials'), ((username, ''), 'blank')):
        body = ('{"username":"%s","password":"%s"}' % name).encode()
        answer = connection.send('POST', '/auth-token', [*AGENT, 'Content-Type: application/json'], body)
        same((answer.status, answer.reason, word in answer.text), (400, 'Bad Request', True))


def signs_in():
    body = ('{"username":"' + username + '","password":"' + password + '"}').encode()
    answer = connection.send('POST', '/auth-token', [*AGENT, 'Content-Type: application/json'], body)
    same((answer.status, list(answer.json())), (200, ['token']))
    known['token'] = answer.json()['token']
    same(known['token'], database.value("""select t.key::text from authtoken_token t join misc_labmember u on u.id = t.user_id
        where u.username = %s""", username))


def lists_subjects():
    post('subjects', {'nickname': SUBJECT, 'lab': here.lab, 'responsible_user': username})
    rows = web_read('subjects?stock=False&alive=True')
    assert SUBJECT in [row['nickname'] for row in rows]
    same(len({row['id'] for row in rows}), len(rows))
    mine = [row['nickname'] for row in rows if row['responsible_user'] == username]
    same_members(mine, database.column("""select s.nickname::text from subjects_subject s join misc_labmember u on u.id = s.responsible_user_id
        where u.username = %s and s.death_date is null and not exists (select from actions_cull c where c.subject_id = s.id)""", username)
        if not database.value('select is_stock_manager from misc_labmember where username = %s', username) else [])


def follows_pages():
    rows = web_read('dataset-types?limit=20')
    same(len(rows), database.count('data_datasettype'))
    same_members([row['filename_pattern'] or '' for row in rows if row['filename_pattern']],
                 database.column("select filename_pattern from data_datasettype where filename_pattern <> ''"))


check('is told in the reason phrase that it cannot sign in', fails_to_sign_in)
check('signs in with JSON', signs_in)
check('lists living animals, its own among them', lists_subjects)
check('follows pages until there is none', follows_pages)


# A new experiment --------------------------------------------------------------------------------------------------
def session(eid):
    return database.row("""select s.type::text, s.number, s.narrative, s.json, s.n_trials, s.n_correct_trials, s.start_time::text, s.end_time::text, s.parent_session_id::text as parent, s.task_protocol::text,
        array(select p.name::text from actions_session_procedures m join actions_proceduretype p on p.id = m.proceduretype_id where m.session_id = s.id) as procedures,
        array(select u.username::text from actions_session_users m join misc_labmember u on u.id = m.labmember_id where m.session_id = s.id) as users
        from actions_session s where s.id = %s""", eid)


def makes_a_base_session():
    same(web_read(f'sessions?type=Base&subject={SUBJECT}'), [])
    made = post('sessions', {
        'subject': SUBJECT, 'procedures': ['Behavior training/tasks'], 'narrative': 'auto-generated session',
        'start_time': f'{DAY}T09:30:00', 'type': 'Base', 'users': [username]})
    same(made['subject'], SUBJECT)
    (base,) = web_read(f'sessions?type=Base&subject={SUBJECT}')
    same(base['start_time'][:10], DAY)
    known['base'] = base['url']
    row = session(url2eid(base['url']))
    same((row['type'], row['number'], row['procedures'], row['users'], row['parent'], row['start_time']),
         ('Base', None, ['Behavior training/tasks'], [username], None, f'{DAY} 09:30:00+00'))


def makes_an_experiment():
    parameters = '{"parameters": {"type":"ChoiceWorld","stimulus":[1,0.5],"path":"C:\\\\rig"}}'
    made = post('sessions', {
        'subject': SUBJECT, 'procedures': ['Behavior training/tasks'], 'narrative': 'auto-generated session',
        'start_time': f'{DAY}T09:30:00', 'task_protocol': 'advancedChoiceWorld_26.03.01.10:11', 'type': 'Experiment',
        'parent_session': known['base'], 'number': 1, 'users': [username], 'json': parameters})
    known['url'], known['eid'] = made['url'], url2eid(made['url'])
    same((made['json'], made['parent_session']), (parameters, known['base']))
    row = session(known['eid'])
    same((row['type'], row['number'], row['json'], row['parent'], row['task_protocol']),
         ('Experiment', 1, parameters, url2eid(known['base']), 'advancedChoiceWorld_26.03.01.10:11'))


def finds_sessions():
    queries = (dict(subject=SUBJECT, date_range=f'{DAY},{DAY}', number='1'), dict(users=username, lab=here.lab, date_range=f'{DAY},{DAY}'))
    for query in queries:
        assert known['eid'] in [url2eid(row['url']) for row in web_read('sessions/', **query)], query
    same(web_read(f'sessions/{known["eid"]}')['url'], known['url'])


def registers_files():
    repository = next(row for row in web_read('data-repository') if row['name'] == here.on_server)
    same(repository['hostname'], database.value('select hostname::text from data_datarepository where name = %s', here.on_server))
    formats = [row['file_extension'] for row in web_read('data-formats')]
    assert '.npy' in formats
    records = post('register-file', {
        'created_by': username, 'hostname': repository['hostname'], 'path': f'{SUBJECT}/{DAY}/1',
        'filenames': ['_ibl_wheel.position.npy', 'spikes.times.npy']})
    rows = dataset_rows(known['eid'])
    same_members(rows, ['_ibl_wheel.position.npy', 'spikes.times.npy'])
    same({row['created_by'] for row in rows.values()}, {username})
    copies = file_rows(rows['spikes.times.npy']['id'])
    same({name: copy['exists'] for name, copy in copies.items()}, {name: name == here.on_server for name in here.repositories})
    same(copies[here.on_server]['relative_path'], f'{SUBJECT}/{DAY}/1/spikes.times.npy')
    known['records'] = records


def is_told_of_a_wrong_host():
    before = database.count('data_dataset')
    answer = json_post('register-file', {'created_by': username, 'hostname': 'no.such.host', 'path': f'{SUBJECT}/{DAY}/1', 'filenames': ['spikes.times.npy']})
    same((answer.status, answer.reason, database.count('data_dataset')), (400, 'Bad Request', before))


def finds_files():
    (dataset,) = web_read(f'datasets?subject={SUBJECT}&experiment_number=1&dataset_type=spikes.times&created_by=')
    record = next(row for row in dataset['file_records'] if row['data_repository'] == here.on_server)
    same((record['exists'], record['relative_path']), (True, f'{SUBJECT}/{DAY}/1/spikes.times.npy'))
    same(web_read(f'files/{record["id"]}')['relative_path'], record['relative_path'])
    same(web_read(f'datasets/{url2eid(dataset["url"])}')['name'], 'spikes.times.npy')


def writes_the_narrative():
    answer = post(known['url'], {'narrative': 'Stopped early.\\nWheel slipped – 3×.'}, 'PATCH', 200)
    same((answer['narrative'], session(known['eid'])['narrative']), ('Stopped early.\\nWheel slipped – 3×.',) * 2)


def ends_the_experiment():
    post(f'sessions/{known["eid"]}', {'end_time': f'{DAY}T10:12:13', 'n_trials': 321, 'n_correct_trials': 300}, 'PATCH', 200)
    row = session(known['eid'])
    same((row['end_time'], row['n_trials'], row['n_correct_trials'], row['narrative'][:7]), (f'{DAY} 10:12:13+00', 321, 300, 'Stopped'))


check('makes the base session of the day', makes_a_base_session)
check('makes an experiment below it, its parameters as a text', makes_an_experiment)
check('finds sessions', finds_sessions)
check('registers files at the repository of a host', registers_files)
check('is told that no repository has a host', is_told_of_a_wrong_host)
check('finds files, with an empty filter', finds_files)
check('writes the narrative at the address of the session', writes_the_narrative)
check('ends the experiment', ends_the_experiment)


# Weights and water -------------------------------------------------------------------------------------------------
def weighs():
    made = post('weighings/', {'user': username, 'date_time': f'{DAY}T09:00:00', 'subject': SUBJECT, 'weight': 24.57})
    row = database.row("""select w.weight, w.date_time::text as at, u.username::text as who from actions_weighing w
        join misc_labmember u on u.id = w.user_id where w.id = %s""", url2eid(made['url']))
    same(row, {'weight': 24.57, 'at': f'{DAY} 09:00:00+00', 'who': username})
    same([row['weight'] for row in web_read('weighings', nickname=SUBJECT)], [24.57])


def gives_water():
    made = post('water-administrations', {
        'date_time': f'{DAY}T11:00:00', 'water_type': 'Water', 'session': known['eid'], 'user': username, 'subject': SUBJECT, 'water_administered': 0.8765})
    row = database.row("""select w.water_administered, w.session_id::text, t.name::text as type, w.adlib from actions_wateradministration w
        join actions_watertype t on t.id = w.water_type_id where w.id = %s""", url2eid(made['url']))
    same(row, {'water_administered': 0.8765, 'session_id': known['eid'], 'type': 'Water', 'adlib': False})


def restrict_water():
    """On a page of the web application, where alyx-matlab sends people for this."""
    database.execute("""insert into actions_waterrestriction (id, name, narrative, start_time, subject_id, reference_weight)
        select gen_random_uuid(), '', '', %s, id, 25 from subjects_subject where nickname = %s""", f'{DAY}T08:00:00Z', SUBJECT)


def reads_the_panel():
    restrict_water()
    (row,) = [row for row in web_read('water-restricted-subjects') if row['nickname'] == SUBJECT]
    assert {'nickname', 'expected_water', 'remaining_water'} <= set(row)
    requirement = web_read(f'water-requirement/{SUBJECT}?start_date={DAY}&end_date={DAY}')
    (day,) = requirement['records']
    same((day['date'], day['weight'], day['given_water_total'], day['is_water_restricted']), (DAY, 24.57, 0.8765, True))
    names = ('weighing_at', 'expected_weight', 'expected_water', 'given_water_reward', 'given_water_supplement')
    same([name for name in names if name not in day], [])
    assert {'Water', 'Hydrogel'} <= {row['name'] for row in web_read('water-type')}


check('weighs, at an address with a slash too many', weighs)
check('gives water in a session', gives_water)
check('reads what its panel shows of a restricted animal', reads_the_panel)


# The queue of uploads: what is refused is dropped, what fails is kept ----------------------------------------------
MESSAGE = re.compile(r'(?:the status )(?P<status>\d{3}).*"(?P<message>.+)"')


def said(answer):
    """The sentence that MATLAB makes of an answer, and what alyx-matlab reads in it."""
    found = MESSAGE.search(f'The server returned the status {answer.status} with message "{answer.reason}" in response to the request to URL {base_url}.')
    return int(found['status']), found['message']


def drops_what_is_refused():
    before = [database.count(table) for table in ('actions_weighing', 'actions_session')]
    same(said(json_post('weighings', {'subject': 'nobody-of-that-name', 'weight': 20})), (400, 'Bad Request'))
    same(said(json_post('weighings', b'{"subject": "' + SUBJECT.encode() + b'", "weight": 20')), (400, 'Bad Request'))
    same(said(json_post('sessions/00000000-0000-4000-8000-000000000000', {'narrative': ''}, 'PATCH')), (404, 'Not Found'))
    same(said(json_post(f'sessions/{known["eid"]}', {'subject': SUBJECT})), (405, 'Method Not Allowed'))
    same([database.count(table) for table in ('actions_weighing', 'actions_session')], before)


def signs_in_again():
    token, known['token'] = known['token'], '0' * 40
    before = database.count('actions_weighing')
    answer = json_post('weighings', {'subject': SUBJECT, 'weight': 20})
    same((said(answer), '"Invalid token."' in answer.text, database.count('actions_weighing')), ((403, 'Forbidden'), True, before))
    known['token'] = token
    post('weighings', {'user': username, 'date_time': f'{DAY}T12:00:00', 'subject': SUBJECT, 'weight': 24.1})
    same(database.count('actions_weighing'), before + 1)


def needs_no_accept():
    answer = connection.send('GET', f'/subjects/{SUBJECT}', [f'authorization: token {known["token"]}', 'Content-Type: application/json'])
    same((answer.status, answer.json()['nickname']), (200, SUBJECT))
    with_charset = connection.send('PATCH', f'/subjects/{SUBJECT}', [f'AUTHORIZATION: TOKEN {known["token"]}', 'Content-Type: application/json;charset=UTF-8'],
                                   '{"description":"müde"}'.encode())
    same((with_charset.status, database.value('select description from subjects_subject where nickname = %s', SUBJECT)), (200, 'müde'))


check('what is refused has a status of 4xx and a reason phrase', drops_what_is_refused)
check('is sent to sign in again when its token is stale, and nothing is lost', signs_in_again)
check('reads JSON without an Accept header, and writes with a charset', needs_no_accept)
connection.close()
finish()
