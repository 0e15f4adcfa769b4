#!/bin/sh
# Backup and restore of what the platform cannot make again; docs/operations.md says when, tests/ops/test_backup.py
# rehearses all of it.
#
#   backup.sh stream FOLDER                 receive the write-ahead log into FOLDER as it is written, until stopped
#   backup.sh base FOLDER                   copy the running cluster into the new FOLDER, and verify the copy
#   backup.sh restore-base BASE WAL DATA    make the new data folder DATA of both, up to the last record received
#   backup.sh dump FILE                     one database in a file that later versions of PostgreSQL read as well
#   backup.sh restore-dump FILE             into the database of DATABASE_URL, which must be empty
#   backup.sh keys FOLDER FILE              the folder of keys; encrypt FILE before it leaves the machine
#   backup.sh restore-keys FILE FOLDER      into the new FOLDER
#
# DATABASE_URL names the database; for stream and base its role needs REPLICATION. Run as the owner of the cluster.
set -eu
umask 077

stop() {
    echo "backup.sh: $1" >&2
    exit 1
}
absent() { [ ! -e "$1" ] || stop "$1 is there already: nothing was written."; }
wanted() { [ "$1" -eq "$2" ] || stop "see the head of this file for what to give."; }

task=${1:-}
[ "$#" -eq 0 ] || shift
case $task in
stream)
    wanted "$#" 1
    mkdir -p "$1"
    # The slot keeps the log on the server while nobody receives it: max_slot_wal_keep_size bounds that.
    pg_receivewal --dbname "$DATABASE_URL" --slot esr_backup --create-slot --if-not-exists
    exec pg_receivewal --dbname "$DATABASE_URL" --slot esr_backup --directory "$1" --synchronous
    ;;
base)
    wanted "$#" 1
    absent "$1"
    pg_basebackup --dbname "$DATABASE_URL" --pgdata "$1" --checkpoint fast --wal-method stream
    pg_verifybackup --quiet "$1"
    ;;
restore-base)
    wanted "$#" 3
    absent "$3"
    [ -f "$1/backup_label" ] || stop "$1 is no base backup."
    ls "$2"/0* >/dev/null 2>&1 || stop "$2 holds no write-ahead log."
    cp -R "$1" "$3"
    # The segment that was being written when the cluster was lost has not got its whole name yet.
    echo "restore_command = 'cp \"$2/%f\" \"%p\" 2>/dev/null || cp \"$2/%f.partial\" \"%p\"'" >>"$3/postgresql.auto.conf"
    touch "$3/recovery.signal"
    ;;
dump)
    wanted "$#" 1
    absent "$1"
    pg_dump --dbname "$DATABASE_URL" --format custom --file "$1"
    ;;
restore-dump)
    wanted "$#" 1
    pg_restore --dbname "$DATABASE_URL" --no-owner --exit-on-error --single-transaction "$1"
    ;;
keys)
    wanted "$#" 2
    absent "$2"
    tar --create --gzip --file "$2" --directory "$1" .
    ;;
restore-keys)
    wanted "$#" 2
    absent "$2"
    mkdir "$2"
    tar --extract --file "$1" --directory "$2"
    ;;
*)
    stop "stream, base, restore-base, dump, restore-dump, keys or restore-keys?"
    ;;
esac
