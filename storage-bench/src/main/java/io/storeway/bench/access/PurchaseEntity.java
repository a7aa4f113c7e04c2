package io.storeway.bench.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row as an entity of Hibernate, which needs a constructor without arguments and mutable fields. */
@Entity
@Table(name = "purchases")
public class PurchaseEntity {

    @Id
    String id = "";

    String customer = "";
    String status = "";

    @Column(name = "placed_at")
    long placedAt;

    double total;
    int items;
    boolean paid;
    String address = "";
    String note = "";

    /** For Hibernate. */
    public PurchaseEntity() {}

    PurchaseEntity(Purchase purchase) {
        id = purchase.id();
        customer = purchase.customer();
        status = purchase.status();
        placedAt = purchase.placedAt();
        total = purchase.total();
        items = purchase.items();
        paid = purchase.paid();
        address = purchase.address();
        note = purchase.note();
    }

    Purchase purchase() {
        return new Purchase(id, customer, status, placedAt, total, items, paid, address, note);
    }
}
