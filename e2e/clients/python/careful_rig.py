"""A rig program of one's own, as the guide for rig programmers describes it: keys, reasons, retries."""
import threading
import time
from uuid import uuid4

import requests
from checks import check, finish, same, same_members
from raw_http import Connection
from stage import base_url, database, place, username, password

here = place()
print('a rig that may lose its connection')

SUBJECT = 'careful-01'
http = requests.Session()
token = http.post(f'{base_url}/auth-token', data={'username': username, 'password': password}).json()['token']
http.headers['Authorization'] = f'Token {token}'


def weighings():
    return database.column("""select w.weight from actions_weighing w join subjects_subject s on s.id = w.subject_id
        where s.nickname = %s order by w.date_time""", SUBJECT)


def weigh(weight, key, **headers):
    return http.post(f'{base_url}/weighings', json={'subject': SUBJECT, 'weight': weight, 'date_time': f'2026-03-12T09:00:{weight:02d}'},
                     headers={'Idempotency-Key': key, **headers})


def sends_twice():
    key = str(uuid4())
    first, second = weigh(20, key), weigh(20, key)
    same((first.status_code, second.status_code, second.json()), (201, 201, first.json()))
    same((first.headers.get('Idempotency-Replayed'), second.headers.get('Idempotency-Replayed')), (None, 'true'))
    same(weighings(), [20.0])


def sends_at_once():
    key = str(uuid4())
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(weigh(21, key))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(({answer.status_code for answer in answers}, len({answer.text for answer in answers}), weighings()), ({201}, 1, [20.0, 21.0]))


def uses_a_key_twice():
    key = str(uuid4())
    weigh(22, key)
    answer = weigh(23, key)
    same((answer.status_code, 'Idempotency-Key' in answer.json()['detail'], weighings()), (422, True, [20.0, 21.0, 22.0]))


def corrects_a_mistake():
    """What was refused was not done, so that its key is free for the corrected request."""
    key = str(uuid4())
    wrong = http.post(f'{base_url}/weighings', json={'subject': SUBJECT, 'weight': -24}, headers={'Idempotency-Key': key})
    right = weigh(24, key)
    same((wrong.status_code, right.status_code, weighings()[-1]), (400, 201, 24.0))


def loses_the_answer():
    key = str(uuid4())
    body = b'{"subject": "%s", "weight": 25, "date_time": "2026-03-12T09:00:25"}' % SUBJECT.encode()
    headers = [f'Authorization: Token {token}', 'Content-Type: application/json', f'Idempotency-Key: {key}']
    connection = Connection(base_url)
    connection.write('POST', '/weighings', headers, body)
    connection.close()
    again = http.post(f'{base_url}/weighings', data=body, headers={'Content-Type': 'application/json', 'Idempotency-Key': key})
    same((again.status_code, weighings().count(25.0)), (201, 1))


def is_cut_off_in_the_middle():
    before = weighings()
    connection = Connection(base_url)
    headers = [f'Authorization: Token {token}', 'Content-Type: application/json']
    connection.write('POST', '/weighings', headers, b'{"subject": "careful-01", "wei', length=60)
    connection.close()
    time.sleep(0.3)
    same((weighings(), http.get(f'{base_url}/health/live').status_code), (before, 200))


def registers_at_once():
    """Two rigs register the same file; one dataset comes of it."""
    http.post(f'{base_url}/sessions', json={'subject': SUBJECT, 'number': 1, 'start_time': '2026-03-12T10:00:00', 'users': [username]})
    answers = []

    def register(name):
        answers.append(http.post(f'{base_url}/register-file', json={
            'created_by': username, 'path': f'{SUBJECT}/2026-03-12/001', 'filenames': [f'alf/probe00/#{name}#/spikes.times.npy', 'alf/probe00/spikes.clusters.npy'],
            'name': here.on_server}))

    threads = [threading.Thread(target=register, args=('2026-03-12',)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same({answer.status_code for answer in answers}, {201})
    same_members(database.column("""select concat_ws('/', nullif(d.collection, ''), r.name, d.name) from data_dataset d join actions_session s on s.id = d.session_id
        join subjects_subject u on u.id = s.subject_id left join data_revision r on r.id = d.revision_id where u.nickname = %s""", SUBJECT),
        ['alf/probe00/2026-03-12/spikes.times.npy', 'alf/probe00/spikes.clusters.npy'])


def gives_a_reason():
    weighing = weigh(26, str(uuid4())).json()['url'][-36:]
    answer = http.delete(f'{base_url}/weighings/{weighing}', headers={'X-Change-Reason': 'Die Waage war nicht leer – 3 g Streu.'.encode()})
    same((answer.status_code, database.count('actions_weighing', 'id = %s', weighing)), (204, 0))
    changes = http.get(f'{base_url}/api/v1/history/actions/weighing/{weighing}').json()['results']
    same((changes[0]['reason'], changes[0]['source'], username in str(changes[0]['user'])), ('Die Waage war nicht leer – 3 g Streu.', 'contract', True))
    same([change['operation'] for change in changes], ['delete', 'insert'])


def is_told_all_at_once():
    answer = http.post(f'{base_url}/water-administrations', json={'subject': 'nobody-of-that-name', 'water_administered': 'much', 'water_type': 'Beer'})
    same((answer.status_code, sorted(answer.json())), (400, ['status_code', 'subject', 'water_administered', 'water_type']))


check('makes an animal', lambda: same((http.post(f'{base_url}/subjects', json={'nickname': SUBJECT, 'lab': here.lab}).status_code,
                                       database.count('subjects_subject', 'nickname = %s', SUBJECT)), (201, 1)))
check('sends a request twice: it is done once and answered twice', sends_twice)
check('sends a request six times at once', sends_at_once)
check('cannot use a key for another request', uses_a_key_twice)
check('may use the key of a refused request for the corrected one', corrects_a_mistake)
check('loses the answer and sends the request again', loses_the_answer)
check('is cut off in the middle of a request', is_cut_off_in_the_middle)
check('registers the same file from four places at once', registers_at_once)
check('says why it removes something', gives_a_reason)
check('is told all mistakes at once', is_told_all_at_once)
finish()
