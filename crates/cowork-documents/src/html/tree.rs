//! The tree of a page, as a list of nodes that name each other by number.
//!
//! Always true: depth and count of nodes are bounded by stopping to read, and nothing here recurses.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    rc::Rc,
};

use html5ever::{
    Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns, parse_document,
    tendril::{StrTendril, TendrilSink as _},
    tree_builder::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink},
};

/// Browsers stop at 512.
const MAX_DEPTH: usize = 512;
/// Some hundred times what a long article has.
const MAX_NODES: usize = 1_000_000;
/// Limits are looked at once for each piece.
const PIECE: usize = 8 << 10;

/// A page.
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// Whether a limit was met.
    pub(super) is_cut: bool,
}

/// Where the tree begins.
pub(super) const ROOT: usize = 0;

pub(super) struct Node {
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    pub(super) what: What,
    depth: usize,
}

pub(super) enum What {
    Element(Element),
    Text(StrTendril),
    /// The document, and what is never shown.
    Other,
}

pub(super) struct Element {
    name: QualName,
    attributes: Vec<Attribute>,
}

impl Element {
    pub(super) fn name(&self) -> &str {
        &self.name.local
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|found| &*found.name.local == name).map(|found| &*found.value)
    }
}

/// Reads `html`, which can't be wrong.
pub(super) fn parse(html: &str) -> Tree {
    let limits = Rc::new(Limits::default());
    let sink = Sink { nodes: RefCell::new(vec![Node::new(What::Other)]), limits: Rc::clone(&limits) };
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(sink, ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut rest = html;
    while !rest.is_empty() && !limits.is_met() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        parser.process(StrTendril::from_slice(piece));
        rest = after;
    }
    Tree { nodes: parser.finish(), is_cut: !rest.is_empty() }
}

#[derive(Default)]
struct Limits {
    depth: Cell<usize>,
    nodes: Cell<usize>,
}

impl Limits {
    fn is_met(&self) -> bool {
        self.depth.get() > MAX_DEPTH || self.nodes.get() > MAX_NODES
    }
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    limits: Rc<Limits>,
}

impl Node {
    fn new(what: What) -> Self {
        Self { parent: None, children: Vec::new(), what, depth: 0 }
    }
}

impl Sink {
    fn make(&self, what: What) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node::new(what));
        self.limits.nodes.set(nodes.len());
        nodes.len() - 1
    }

    /// Puts `child` into `parent`, before its child number `before` or last.
    fn insert(&self, parent: usize, before: Option<usize>, child: NodeOrText<usize>) {
        let child = match child {
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                node
            }
            NodeOrText::AppendText(text) => {
                if self.extend_text(parent, before, &text) {
                    return;
                }
                self.make(What::Text(text))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes[parent].depth + 1;
        nodes[child].parent = Some(parent);
        nodes[child].depth = depth;
        self.limits.depth.set(self.limits.depth.get().max(depth));
        let children = &mut nodes[parent].children;
        children.insert(before.unwrap_or(children.len()), child);
    }

    /// Adds to the text that is there already.
    fn extend_text(&self, parent: usize, before: Option<usize>, text: &StrTendril) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let children = &nodes[parent].children;
        let place = before.unwrap_or(children.len()).checked_sub(1);
        let Some(last) = place.and_then(|place| children.get(place)).copied() else { return false };
        let What::Text(found) = &mut nodes[last].what else { return false };
        found.push_tendril(text);
        true
    }

    fn detach(&self, node: usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[node].parent.take() {
            let children = &mut nodes[parent].children;
            if let Some(place) = children.iter().rposition(|child| *child == node) {
                children.remove(place);
            }
        }
    }
}

/// The name of an element, apart from the tree that may change meanwhile.
#[derive(Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Sink {
    type Handle = usize;
    type Output = Vec<Node>;
    type ElemName<'a> = Name;

    fn finish(self) -> Vec<Node> {
        self.nodes.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> Name {
        match &self.nodes.borrow()[*target].what {
            What::Element(element) => Name(element.name.clone()),
            _ => Name(QualName::new(None, ns!(), local_name!(""))),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.make(What::Element(Element { name, attributes }))
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.make(What::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.make(What::Other)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.insert(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        let has_parent = self.nodes.borrow()[*element].parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// What a template holds is never shown, so it may as well be its child.
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, x: &usize, y: &usize) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(node) = &child {
            self.detach(*node);
        }
        let place = {
            let nodes = self.nodes.borrow();
            nodes[*sibling]
                .parent
                .map(|parent| (parent, nodes[parent].children.iter().rposition(|child| child == sibling)))
        };
        if let Some((parent, before)) = place {
            self.insert(parent, before, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &usize, attributes: Vec<Attribute>) {
        if let What::Element(element) = &mut self.nodes.borrow_mut()[*target].what {
            for attribute in attributes {
                if !element.attributes.iter().any(|found| found.name == attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        let depth = nodes[*new_parent].depth + 1;
        for child in &children {
            nodes[*child].parent = Some(*new_parent);
            nodes[*child].depth = depth;
        }
        nodes[*new_parent].children.extend(children);
    }
}
