package scenario

import (
	"embed"
	"io/fs"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Profile is a known client: settings under a name, with where each of them
// comes from.
type Profile struct {
	Name  string
	About string // one line for people
	Text  []byte // the settings, as client: in a scenario has them
}

//go:embed profiles/*.yaml
var profileFiles embed.FS

// Profiles lists the known clients.
func Profiles() []Profile {
	names, err := fs.Glob(profileFiles, "profiles/*.yaml")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	var out []Profile
	for _, name := range names {
		text, err := profileFiles.ReadFile(name)
		if err != nil {
			panic(err) // it was just listed
		}
		about, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		out = append(out, Profile{strings.TrimSuffix(strings.TrimPrefix(name, "profiles/"), ".yaml"), about, text})
	}
	return out
}

// profile makes a client that of a profile; what else is said of it comes on
// top.
func (d *decoder) profile(n *yaml.Node, c *Client, field string) {
	var names []string
	for _, p := range Profiles() {
		names = append(names, p.Name)
		if p.Name != n.Value {
			continue
		}
		inner := &decoder{file: "profile " + p.Name, catalogue: d.catalogue, places: map[string]*yaml.Node{}}
		root, err := inner.parse(p.Text)
		if err != nil {
			panic(err) // a test loads every profile
		}
		*c = defaults(d.catalogue).Client
		inner.decode(root, reflect.ValueOf(c).Elem(), "client", "")
		d.problems = append(d.problems, inner.problems...) // a catalogue may lack what it names
		return
	}
	d.fail(n, field, "there is no profile %q%s; known are %s", n.Value, Nearest(n.Value, names), choices(names))
}
