package scenario

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// renaming is a field, or some of its values, that had another name in the past. A file
// that uses the old name is refused with the new one in the message.
type renaming struct {
	old, now string            // paths; a group's client has the paths of client
	values   map[string]string // old values -> new ones
}

// renamings lists all former names. CHANGELOG.md shows them to users; a test compares both.
var renamings = []renaming{
	{"tracker.hand_out", "tracker.peer_selection", map[string]string{"everyone": "all"}},
	{"tracker.place", "tracker.region", nil},
	{"network.control", "network.control_messages", map[string]string{"in-line": "in-band", "express": "out-of-band"}},
	{"client.rechoke", "client.rechoke_interval", nil},
	{"client.first_round", "client.first_rechoke", nil},
	{"client.unchoke", "client.unchoke",
		map[string]string{"at-once": "immediate", "at-rounds": "periodic", "at-blocks": "per-block"}},
	{"client.on_choke", "client.requests_on_choke", map[string]string{"discard": "discard-late-blocks"}},
	{"client.interest", "client.interest", map[string]string{"at-once": "immediate", "at-rounds": "periodic"}},
	{"client.on_cancel", "client.on_cancel",
		map[string]string{"drop": "silent", "answer": "reject", "count": "await-reject"}},
	{"client.requests", "client.backlog", nil},
	{"client.sharing", "client.assignment",
		map[string]string{"own": "exclusive", "runs": "contiguous", "as-picked": "picker-driven"}},
	{"client.suggest", "client.suggest_pieces", nil},
	{"client.parole", "client.parole_mode", map[string]string{"alone": "true", "off": "false"}},
	{"client.ends_first", "client.first_last_piece_priority", nil},
	{"client.unverified", "client.max_unverified", nil},
	{"client.end_game", "client.end_game",
		map[string]string{"one": "single-duplicate", "pair": "max-two", "all": "broadcast", "busy": "strict"}},
	{"client.offer", "client.reveal", map[string]string{"super-seed": "super-seeding", "never-twice": "smart-seed"}},
	{"client.allowed_fast", "client.allowed_fast_set_size", nil},
	{"client.allowed_fast_told", "client.allowed_fast_sent", map[string]string{"at-once": "on-handshake"}},
	{"client.rate_time", "client.rate_window", nil},
	{"client.snub", "client.snub_timeout", nil},
	{"client.patience", "client.request_timeout", map[string]string{"paced": "adaptive"}},
	{"client.keep_alive", "client.keep_alive_interval", nil},
	{"client.idle", "client.idle_timeout", nil},
	{"client.inactive", "client.inactivity_timeout", nil},
	{"client.handshake", "client.handshake_timeout", nil},
	{"client.upload.ahead", "client.upload.send_buffer_blocks", nil},
	{"client.upload.ahead_time", "client.upload.send_buffer_time", nil},
	{"client.upload.unsent", "client.upload.not_sent_low_watermark", nil},
	{"client.upload.read", "client.upload.read_delay", nil},
	{"client.upload.requests", "client.upload.max_pending_requests", nil},
	{"client.upload.order", "client.upload.order", map[string]string{"any": "random"}},
	{"client.connections.initiate", "client.connections.dial_target", nil},
	{"client.connections.total", "client.connections.max", nil},
	{"client.connections.low", "client.connections.min_peers", nil},
	{"client.connections.twice", "client.connections.allow_duplicates", nil},
	{"client.misbehaviour.claim", "client.misbehaviour.over_report", nil},
	{"client.misbehaviour.answer", "client.misbehaviour.over_report_reply", map[string]string{"nothing": "none"}},
	{"client.misbehaviour.hide", "client.misbehaviour.under_report", nil},
	{"client.misbehaviour.trickle", "client.misbehaviour.peer_rate_limit", nil},
	{"client.misbehaviour.insist", "client.misbehaviour.forced_announce_interval", nil},
	{"groups.place", "groups.region", nil},
	{"groups.gives", "groups.seed_ratio", nil},
	{"events.action", "events.action", map[string]string{"tracker-away": "tracker-outage", "split": "partition"}},
	{"record.pairs", "record.interest", nil},
}

// movedFields are fields that have become settings of a strategy, with what a file says now.
var movedFields = map[string]string{
	"client.pulse":        "event_loop: {name: pulse, interval: %s}",
	"client.have_delay":   "event_loop: {name: pulse, have_delay: %s}",
	"client.refresh":      "event_loop: {name: run-queue, interval: %s}",
	"client.upload.turns": "event_loop: writer",
}

// itemNumber is the number of a list's item in a path, and what precedes a group's client.
var itemNumber = regexp.MustCompile(`^groups\[\d+\]\.(client\b)|\[\d+\]`)

// renamingOf finds the renaming of a field that a file names by its old or, for a value,
// its new name.
func renamingOf(field string, name func(*renaming) string) *renaming {
	field = itemNumber.ReplaceAllString(field, "$1")
	for i := range renamings {
		if r := &renamings[i]; name(r) == field {
			return r
		}
	}
	return nil
}

// renamedField describes what to write instead of a field's old name, or returns "" if no
// field had that name.
func renamedField(field string, value *yaml.Node) string {
	if form, moved := movedFields[itemNumber.ReplaceAllString(field, "$1")]; moved {
		if strings.Contains(form, "%s") {
			form = fmt.Sprintf(form, shortScalar(value))
		}
		return fmt.Sprintf("is now part of event_loop; write %q", form)
	}
	r := renamingOf(field, func(r *renaming) string { return r.old })
	if r == nil || r.old == r.now {
		return ""
	}
	now := r.now[strings.LastIndexByte(r.now, '.')+1:]
	text := "is now called " + now
	if value.Kind != yaml.ScalarNode || len(value.Value) > maxCompared {
		return text
	}
	v, changed := r.values[value.Value]
	if !changed {
		v = value.Value
	}
	return fmt.Sprintf("%s; write %q", text, now+": "+v)
}

// shortScalar returns the text of a scalar, or "..." for any other value and for long ones.
func shortScalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || len(n.Value) > maxCompared {
		return "..."
	}
	return n.Value
}

// renamedSetting describes the new name of a strategy's setting, or returns "" if no setting had the
// old one. The tag former of a setting has its former names, with commas between them.
func renamedSetting(fields []reflect.StructField, old string) string {
	for _, f := range fields {
		if former, ok := f.Tag.Lookup("former"); ok && slices.Contains(strings.Split(former, ","), old) {
			return "is now called " + fieldName(f)
		}
	}
	return ""
}

// renamedValue describes the new name of a field's value, or returns "" if no value of the
// field had that name.
func renamedValue(field, value string) string {
	r := renamingOf(field, func(r *renaming) string { return r.now })
	if r == nil || r.values[value] == "" {
		return ""
	}
	return fmt.Sprintf("%q is now called %q", value, r.values[value])
}
