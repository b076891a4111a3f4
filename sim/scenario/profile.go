package scenario

import (
	"embed"
	"io/fs"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Profile is a known client: a named set of settings. Its comments cite the source of each
// setting.
type Profile struct {
	Name  string
	About string // one line of description
	Text  []byte // the settings, as under client in a scenario
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

// profile sets a client to that of a profile. The other settings in the file override it.
func (d *decoder) profile(n *yaml.Node, c *Client, field string) {
	var names []string
	for _, p := range Profiles() {
		names = append(names, p.Name)
		if p.Name != n.Value {
			continue
		}
		inner := &decoder{file: "profile " + p.Name, catalogue: d.catalogue, places: map[string]*yaml.Node{}}
		root, err := inner.parse(Source{Text: p.Text})
		if err != nil {
			panic(err) // a test loads every profile
		}
		*c = defaults(d.catalogue).Client
		inner.decode(root, reflect.ValueOf(c).Elem(), "client", "")
		d.problems = append(d.problems, inner.problems...) // the catalogue may lack one of its strategies
		return
	}
	d.fail(n, field, "there is no profile %q%s; profiles are %s", n.Value, Nearest(n.Value, names), choices(names))
}
