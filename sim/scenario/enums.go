package scenario

import (
	"reflect"
	"slices"
	"strings"
)

// enumeration is a string type with a fixed list of values. The decoder, the schema and
// the list of fields take the values from it.
type enumeration interface{ Choices() []string }

// ChoicesOf lists the values that a field may have: those of its oneof tag, or else those
// of its type. It is nil for a field that is no enumeration.
func ChoicesOf(f reflect.StructField) []string { return choicesOf(f.Type, f.Tag) }

func choicesOf(t reflect.Type, tag reflect.StructTag) []string {
	if list := tag.Get("oneof"); list != "" {
		return strings.Fields(list)
	}
	if e, ok := reflect.Zero(t).Interface().(enumeration); ok {
		return e.Choices()
	}
	return nil
}

func list[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return slices.Clip(out)
}

// Payload is how content is represented.
type Payload string

const (
	PayloadVirtual Payload = "virtual"
	PayloadReal    Payload = "real"
)

func (Payload) Choices() []string { return list(PayloadVirtual, PayloadReal) }

// Wire is how messages are passed between peers.
type Wire string

const (
	WireCompact Wire = "compact"
	WireReal    Wire = "real"
)

func (Wire) Choices() []string { return list(WireCompact, WireReal) }

// PeerSelection is which peers a tracker response lists.
type PeerSelection string

const (
	SelectAll   PeerSelection = "all"
	SelectSeeds PeerSelection = "seeds"
)

func (PeerSelection) Choices() []string { return list(SelectAll, SelectSeeds) }

// StopWhen is the condition that ends a run.
type StopWhen string

const (
	StopDone     StopWhen = "done"
	StopDeadline StopWhen = "deadline"
)

func (StopWhen) Choices() []string { return list(StopDone, StopDeadline) }

// RecordGraph is when the connection graph is measured.
type RecordGraph string

const (
	GraphHalf    RecordGraph = "half"
	GraphSamples RecordGraph = "samples"
)

func (RecordGraph) Choices() []string { return list(GraphHalf, GraphSamples) }

// RecordPeers is of which peers something is recorded. The zero value is none.
type RecordPeers string

const (
	RecordOff    RecordPeers = "off"
	RecordSample RecordPeers = "sample"
	RecordAll    RecordPeers = "all"
)

func (RecordPeers) Choices() []string { return list(RecordOff, RecordSample, RecordAll) }

// Some reports whether something is recorded of any peer.
func (p RecordPeers) Some() bool { return p == RecordSample || p == RecordAll }

// Transport is a transport protocol.
type Transport string

const (
	TransportIdeal Transport = "ideal"
	TransportTCP   Transport = "tcp"
	TransportUTP   Transport = "utp"
)

func (Transport) Choices() []string { return list(TransportIdeal, TransportTCP, TransportUTP) }

// Congestion is a congestion control algorithm of TCP.
type Congestion string

const (
	CongestionCubic Congestion = "cubic"
	CongestionReno  Congestion = "reno"
)

func (Congestion) Choices() []string { return list(CongestionCubic, CongestionReno) }

// RegionMap is a predefined set of regions.
type RegionMap string

const (
	MapWorld RegionMap = "world"
)

func (RegionMap) Choices() []string { return list(MapWorld) }

// ControlMessages is how messages other than blocks cross an ideal network.
type ControlMessages string

const (
	ControlInBand    ControlMessages = "in-band"
	ControlOutOfBand ControlMessages = "out-of-band"
)

func (ControlMessages) Choices() []string { return list(ControlInBand, ControlOutOfBand) }

// Discipline is the queue discipline of uplinks.
type Discipline string

const (
	DropTail Discipline = "drop-tail"
	FQCoDel  Discipline = "fq-codel"
)

func (Discipline) Choices() []string { return list(DropTail, FQCoDel) }

// UnchokeTiming is when neighbours are unchoked besides the regular rounds.
type UnchokeTiming string

const (
	UnchokeImmediate  UnchokeTiming = "immediate"
	UnchokeOnInterest UnchokeTiming = "on-interest"
	UnchokeOnRelease  UnchokeTiming = "on-release"
	UnchokePeriodic   UnchokeTiming = "periodic"
	UnchokePerBlock   UnchokeTiming = "per-block"
)

func (UnchokeTiming) Choices() []string {
	return list(UnchokeImmediate, UnchokeOnInterest, UnchokeOnRelease, UnchokePeriodic, UnchokePerBlock)
}

// RequestsOnChoke says whether a choke discards requests, and blocks that arrive after it.
type RequestsOnChoke string

const (
	ChokeDrops              RequestsOnChoke = "drop"
	ChokeKeeps              RequestsOnChoke = "keep"
	ChokeDiscardsLateBlocks RequestsOnChoke = "discard-late-blocks"
)

func (RequestsOnChoke) Choices() []string {
	return list(ChokeDrops, ChokeKeeps, ChokeDiscardsLateBlocks)
}

// InterestTiming is when a client decides on its interest.
type InterestTiming string

const (
	InterestImmediate InterestTiming = "immediate"
	InterestPeriodic  InterestTiming = "periodic"
)

func (InterestTiming) Choices() []string { return list(InterestImmediate, InterestPeriodic) }

// OnCancel says how a CANCEL is answered, and whether an own cancelled request stays outstanding.
type OnCancel string

const (
	CancelSilent      OnCancel = "silent"
	CancelReject      OnCancel = "reject"
	CancelAwaitReject OnCancel = "await-reject"
)

func (OnCancel) Choices() []string { return list(CancelSilent, CancelReject, CancelAwaitReject) }

// AllowedFastSent is when allowed-fast messages are sent.
type AllowedFastSent string

const (
	AllowedFastOnHandshake AllowedFastSent = "on-handshake"
	AllowedFastOnInterest  AllowedFastSent = "on-interest"
)

func (AllowedFastSent) Choices() []string { return list(AllowedFastOnHandshake, AllowedFastOnInterest) }

// FastDerivation is the part of a neighbour's address that its allowed-fast set is derived
// from.
type FastDerivation string

const (
	DeriveBEP6         FastDerivation = "bep6"
	DeriveAddressClass FastDerivation = "address-class"
	DeriveWholeAddress FastDerivation = "whole-address"
)

func (FastDerivation) Choices() []string {
	return list(DeriveBEP6, DeriveAddressClass, DeriveWholeAddress)
}

// RequestTimeout is how the timeout of requests is determined.
type RequestTimeout string

const (
	RequestTimeoutFixed    RequestTimeout = "fixed"
	RequestTimeoutAdaptive RequestTimeout = "adaptive"
)

func (RequestTimeout) Choices() []string { return list(RequestTimeoutFixed, RequestTimeoutAdaptive) }

// OverReportReply is the response to a request for a piece that is only claimed.
type OverReportReply string

const (
	ReplyNone    OverReportReply = "none"
	ReplyReject  OverReportReply = "reject"
	ReplyGarbage OverReportReply = "garbage"
)

func (OverReportReply) Choices() []string { return list(ReplyNone, ReplyReject, ReplyGarbage) }

// UploadOrder is the order in which requests are served.
type UploadOrder string

const (
	OrderFIFO   UploadOrder = "fifo"
	OrderRandom UploadOrder = "random"
)

func (UploadOrder) Choices() []string { return list(OrderFIFO, OrderRandom) }

// ArrivalPattern is the arrival process of a group.
type ArrivalPattern string

const (
	ArriveAtOnce     ArrivalPattern = "at-once"
	ArriveSpread     ArrivalPattern = "spread"
	ArrivePoisson    ArrivalPattern = "poisson"
	ArriveFlashCrowd ArrivalPattern = "flash-crowd"
	ArriveTrace      ArrivalPattern = "trace"
)

func (ArrivalPattern) Choices() []string {
	return list(ArriveAtOnce, ArriveSpread, ArrivePoisson, ArriveFlashCrowd, ArriveTrace)
}

// Action is what happens at an event.
type Action string

const (
	ActionLeave         Action = "leave"
	ActionCrash         Action = "crash"
	ActionLink          Action = "link"
	ActionTrackerOutage Action = "tracker-outage"
	ActionPartition     Action = "partition"
)

func (Action) Choices() []string {
	return list(ActionLeave, ActionCrash, ActionLink, ActionTrackerOutage, ActionPartition)
}
