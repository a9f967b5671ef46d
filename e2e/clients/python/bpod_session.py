"""The raw files that a behaviour rig of IBL leaves behind, as far as registration reads them."""
import json

VERSION = '8.24.0'


def write_session(path, *, subject, user, rig, started, ended, trials, correct, water_ul, protocol='_iblrig_tasks_trainingChoiceWorld',
                  collection='raw_behavior_data', projects=(), **more):
    """Write settings and trials of one task into a session's folder; `more` are further settings."""
    folder = path / collection
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        'SUBJECT_NAME': subject,
        'SESSION_NUMBER': int(path.name),
        'SESSION_START_TIME': started,
        'SESSION_END_TIME': ended,
        'IS_MOCK': False,
        'RIG_NAME': rig,
        'ALYX_USER': user,
        'PYBPOD_PROTOCOL': protocol,
        'IBLRIG_VERSION': VERSION,
        'device_sound': {'OUTPUT': 'harp'},
        'PROJECTS': list(projects),
        **more,
    }
    (folder / '_iblrig_taskSettings.raw.json').write_text(json.dumps(settings))
    rows = []
    for number in range(trials):
        start = 3.0 * number
        rows.append(json.dumps({
            'trial_num': number,
            'trial_correct': number < correct,
            'reward_amount': water_ul / trials,
            'ntrials_correct': min(number + 1, correct),
            'water_delivered': water_ul * (number + 1) / trials,
            'behavior_data': {
                'Bpod start timestamp': 0.0, 'Trial start timestamp': start, 'Trial end timestamp': start + 2.5,
                'States timestamps': {'reward': [[0.5, 0.6]]}, 'Events timestamps': {'Port1In': [0.4]},
            },
        }))
    (folder / '_iblrig_taskData.raw.jsonable').write_text('\n'.join(rows) + '\n')
