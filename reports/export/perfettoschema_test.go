package export

import (
	"os"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// parseTrace parses a trace by Perfetto's schema, and returns its packets. Fields that the schema does not
// have fail the test.
func parseTrace(t *testing.T, trace []byte) []node {
	t.Helper()
	text, err := os.ReadFile("testdata/perfetto.json")
	if err != nil {
		t.Fatal(err)
	}
	var described descriptorpb.FileDescriptorProto
	if err := protojson.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	schema, err := protodesc.NewFile(&described, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(schema.Messages().ByName("Trace"))
	if err := proto.Unmarshal(trace, m); err != nil {
		t.Fatal(err)
	}
	checkKnown(t, m)
	return node{m}.list("packet")
}

// checkKnown fails the test if a message has fields or values that its schema does not have.
func checkKnown(t *testing.T, m protoreflect.Message) {
	t.Helper()
	if n := len(m.GetUnknown()); n > 0 {
		t.Fatalf("%s has %d bytes of unknown fields", m.Descriptor().FullName(), n)
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() != nil && f.IsList():
			for i := range v.List().Len() {
				checkKnown(t, v.List().Get(i).Message())
			}
		case f.Message() != nil:
			checkKnown(t, v.Message())
		case f.Enum() != nil && !f.IsList() && f.Enum().Values().ByNumber(v.Enum()) == nil:
			t.Fatalf("%s is %d", f.FullName(), v.Enum())
		}
		return true
	})
}

// node is a parsed message.
type node struct{ protoreflect.Message }

func (n node) field(name string) protoreflect.FieldDescriptor {
	f := n.Descriptor().Fields().ByName(protoreflect.Name(name))
	if f == nil {
		panic(string(n.Descriptor().FullName()) + " has no field " + name)
	}
	return f
}

func (n node) has(name string) bool     { return n.Has(n.field(name)) }
func (n node) number(name string) int64 { return n.Get(n.field(name)).Int() }
func (n node) size(name string) uint64  { return n.Get(n.field(name)).Uint() }
func (n node) enum(name string) int64   { return int64(n.Get(n.field(name)).Enum()) }
func (n node) text(name string) string  { return n.Get(n.field(name)).String() }
func (n node) bytes(name string) string { return string(n.Get(n.field(name)).Bytes()) }
func (n node) message(name string) node { return node{n.Get(n.field(name)).Message()} }

func (n node) list(name string) (out []node) {
	l := n.Get(n.field(name)).List()
	for i := range l.Len() {
		out = append(out, node{l.Get(i).Message()})
	}
	return out
}

func (n node) sizes(name string) (out []uint64) {
	l := n.Get(n.field(name)).List()
	for i := range l.Len() {
		out = append(out, l.Get(i).Uint())
	}
	return out
}
