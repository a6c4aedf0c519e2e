# $1: folder with certificate.pem and key.pem, $2: a free port. A mailbox server (dovecot) for tests: user
# `reports@hill.example`, password `made-up`; with $3 also by tokens, about each of which it asks that address. Says `ready`, waits for the end of its input, goes.
set -e
folder=$1
me=$(id -un)
mail=$me
[ "$me" = root ] && mail=nobody
inbox="$folder/mail/reports@hill.example"
mkdir -p "$inbox/cur" "$inbox/new" "$inbox/tmp" "$folder/run" "$folder/state"
chmod 755 "$folder"
chmod -R a+rwX "$folder/mail"
chown -R "$mail" "$folder/mail" 2>/dev/null || true
if [ "$me" = root ]; then login=dovenull internal=dovecot; else login=$me internal=$me; fi
tokens=
if [ -n "${3:-}" ]; then
  printf 'tokeninfo_url = %s\nusername_attribute = email\n' "$3" >"$folder/oauth2.conf"
  tokens="auth_mechanisms = plain xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = $folder/oauth2.conf
}"
fi
cat >"$folder/dovecot.conf" <<CONF
base_dir = $folder/run
state_dir = $folder/state
log_path = $folder/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = $internal
default_login_user = $login
first_valid_uid = 1
ssl = required
ssl_cert = <$folder/certificate.pem
ssl_key = <$folder/key.pem
ssl_min_protocol = TLSv1.2
mail_location = maildir:$folder/mail/%u
$tokens
passdb {
  driver = static
  args = user=reports@hill.example password=made-up
}
userdb {
  driver = static
  args = uid=$mail gid=$(id -g "$mail") home=$folder/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $2
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
namespace inbox {
  inbox = yes
  mailbox Done {
    auto = create
  }
}
CONF
dovecot -F -c "$folder/dovecot.conf" >"$folder/dovecot.out" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true' EXIT
tries=0
until (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { cat "$folder/dovecot.out" "$folder/dovecot.log" >&2; exit 1; }
  sleep 0.1
done
echo ready
cat >/dev/null || true
