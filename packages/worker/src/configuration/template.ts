/** A configuration to begin with, with a word about everything. It works as it stands, with the command `hello`. */
export const template = (
  server: string,
  name: string,
): string => `# What this machine does for Alyx. "alyx-worker check" says whether it is right.

server: ${JSON.stringify(server)}

# Under this name it is shown to people. Two workers of one account need two names.
name: ${JSON.stringify(name)}

# Tasks at the same time. Besides, none is begun that does not fit into the cores, memory and GPUs that are free.
slots: 1
# cpu: 8            # cores that tasks may use together; all of the machine when left out
# ram_gb: 32        # memory, in GB
# gpus: [0, 1]      # or a number; those that nvidia-smi lists when left out

# Only tasks of these, when given.
# labs: [harbourlab]
# repositories: [harbour_lab_server]
# graphs: [spikesorting]

# Tasks that ask for labels go to machines that have all of them.
# labels: [large]

# token_file: ~/.config/alyx-worker/token   # "alyx-worker login" fills it; nobody else may read it
# state_folder: ~/.local/state/alyx-worker/here
# grace: 10s        # between the request to a command to stop and its end by force
# drain: 60s        # what running tasks get to end in when the worker is stopped; then others may take them
# lease: 2m         # without a word from here for so long, the server gives a task to others
# spool_mb: 256     # output that may wait on disk while the server is away, for each command

# Commands by name. One runs the tasks whose "executable" it names; a * at the end stands for any ending.
commands:
  hello:
    executable: hello
    # The program and its words; no shell reads them. Words in braces are filled in: {task}, {session}, {lab}, {subject},
    # {date}, {number}, {number3}, {attempt}, {arguments} (a file of JSON), {arguments.NAME} (one of them), {here} (the
    # folder of this file), {work_folder} and others: "alyx-worker check --placeholders" lists them all.
    run: [node, -e, 'console.log("Hello, task", process.argv[1])', "{task}"]

  # spikesort:
  #   executable: [spikesort, "mypipeline.*"]
  #   run: [/opt/sorter/bin/python, "{here}/sort.py", "{arguments}"]
  #   folder: /mnt/data/{lab}/Subjects/{subject}/{date}/{number3}   # a new empty folder when left out
  #   environment:
  #     OMP_NUM_THREADS: "{cpu}"
  #   timeout: 4h         # the task may ask for less
  #   cpu: 4              # for tasks that do not say themselves
  #   ram_gb: 16
  #   gpu: 1
  #   at_once: 1          # of this command, whatever the slots
  #   exit_codes:         # any other is a failure that is not tried again
  #     complete: [0]
  #     incomplete: [3]
  #     empty: [4]
  #     transient: [75]   # tried again, as often as the task says

  # backup:
  #   shell: true         # one line, read by the shell; what the task says comes in variables, in quotes
  #   run: 'rsync -a "/mnt/data/$ALYX_SUBJECT/" backup:/data/ && echo done'
`
